// `restore-point-lab serve` as a process of its own.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export const command = fileURLToPath(new URL("bin/main.js", import.meta.resolve("restore-point-lab")));

/** A running server, and how to speak with it. */
export async function served(...words) {
  const child = spawn(process.execPath, [command, "serve", "--port", "0", ...words], { stdio: ["ignore", "pipe", "inherit"] });
  let printed = "";
  const url = await new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`ended with ${code}`)));
    child.stdout.on("data", (text) => {
      printed += text;
      const [, found] = /endpoint is at (http:\/\/\S+)/.exec(printed) ?? [];
      if (found) resolve(found);
    });
  });
  const ask = async (method, path, body, headers = {}) => {
    const init = { method, headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
    const response = await fetch(path.startsWith("http") ? path : url + path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : undefined };
  };
  const stop = () => new Promise((resolve) => {
    child.removeAllListeners("exit");
    child.once("exit", resolve);
    child.kill("SIGTERM");
  });
  return { url, ask, stop, printed: () => printed };
}
