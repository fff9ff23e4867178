// What the shipped declarations say, read as text: they are what an editor shows.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const folder = fileURLToPath(new URL("./", import.meta.resolve("restore-point-lab")));
const declarations = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".d.ts"));
const read = (name) => readFileSync(join(folder, name), "utf8");
const withoutComments = (text) => text.replaceAll(/\/\*.*?\*\//gs, "").replaceAll(/\/\/.*$/gm, "");

test("no declaration says any", () => {
  assert.ok(declarations.length > 20, declarations.join());
  const found = declarations.filter((name) => /[:<|&(,=\s]any\b(?!\s*[:(?])/.test(withoutComments(read(name))));
  assert.deepEqual(found, []);
});

test("everything that the package gives has a sentence, and so has every field and function of it", () => {
  const bare = [];
  for (const name of ["index.d.ts", "lab.d.ts", "breaker.d.ts", "error.d.ts", "inventory.d.ts", "request.d.ts", "engine/engine.d.ts"]) {
    // The raw glue is what the package's own functions call.
    const lines = read(name).split(/^export class |^export function /m, name.startsWith("engine/") ? 1 : undefined).join("export ").split("\n");
    for (const [at, line] of lines.entries()) {
      const declares = /^export (?:declare )?(?:class|interface|function|type (?!\*|\{))/.test(line) || /^ {4}(?:readonly |static )?[a-zA-Z]\w*\??[:(<]/.test(line);
      const above = lines[at - 1]?.trim() ?? "";
      if (declares && !above.endsWith("*/")) bare.push(`${name}:${at + 1} ${line.trim()}`);
    }
  }
  assert.deepEqual(bare, []);
});

test("commands, outcomes, events, verdicts and refusals are told apart by words of closed lists", () => {
  const text = withoutComments(read("engine/engine.d.ts"));
  const words = (type) => {
    const [, union] = new RegExp(`export type ${type} = ([^;]*);`).exec(text) ?? [];
    assert.ok(union, type);
    return union.split(" | ");
  };
  for (const [type, least] of [["Verdict", 6], ["EventKind", 15], ["RefusalCode", 25], ["BackupService", 3]]) {
    const all = words(type);
    assert.ok(all.length >= least, `${type}: ${all}`);
    for (const word of all) assert.match(word, /^"\w+"$/, type);
  }
  const commands = words("Command");
  assert.ok(commands.length > 50, `${commands.length}`);
  for (const command of commands) assert.match(command, /^\(\{ type: "\w+" \} & \w+\)$/);
  assert.match(text, /export type Outcome = \{ type: "ok"; events: Event\[\] \} \| \{ type: "rejected"; error: Rejection \};/);
  const body = (type) => new RegExp(`export interface ${type} \\{([^}]*)\\}`).exec(text)[1];
  assert.match(body("Event"), /type: EventKind;/);
  for (const type of ["Rejection", "RejectionDetail"]) assert.match(body(type), /code: RefusalCode;/);
});
