#!/usr/bin/env node
// `npx restore-point-lab COMMAND`: each command is a module beside this one, with `main` and `usage`.

/** A command: what it is called with comes without its name; what it gives is the exit code. */
interface CommandModule {
  usage: string;
  main(words: string[]): Promise<number>;
}

const COMMANDS: Record<string, () => Promise<CommandModule>> = {
  check: () => import("./check.js"),
  run: () => import("./run.js"),
  serve: () => import("./serve.js"),
};

async function help(): Promise<string> {
  const modules = await Promise.all(Object.values(COMMANDS).map((load) => load()));
  return ["usage: restore-point-lab COMMAND", ...modules.map(({ usage }) => usage)].join("\n");
}

const [name = "--help", ...words] = process.argv.slice(2);
const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (load !== undefined && words.includes("--help")) {
  process.stdout.write(`usage: restore-point-lab COMMAND\n${(await load()).usage}\n`);
} else if (load !== undefined) {
  process.exitCode = await (await load()).main(words);
} else {
  const asked = name === "--help" || name === "-h" || name === "help";
  (asked ? process.stdout : process.stderr).write(`${asked ? "" : `no command ${name}\n`}${await help()}\n`);
  process.exitCode = asked ? 0 : 2;
}
