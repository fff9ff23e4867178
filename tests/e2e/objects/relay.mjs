// A server of its own in front of the planner's: it can go away, break, or have a newer version.
import { createServer } from "node:http";
import { serverUrl } from "../browser.mjs";

export class Relay {
  #server;
  /** `(path, Buffer) => Buffer`, or `null` for a file that cannot be had. */
  change = (_path, body) => body;

  static async start() {
    const relay = new Relay();
    relay.#server = createServer((request, response) => relay.#answer(request, response));
    await new Promise((resolve) => relay.#server.listen(0, "127.0.0.1", resolve));
    relay.url = `http://127.0.0.1:${relay.#server.address().port}`;
    return relay;
  }

  async #answer(request, response) {
    const found = await fetch(new URL(request.url, serverUrl()));
    const body = this.change(request.url, Buffer.from(await found.arrayBuffer()));
    response.writeHead(body === null ? 500 : found.status, { "content-type": found.headers.get("content-type"), "cache-control": "no-cache" });
    response.end(body ?? undefined);
  }

  /** From here on nothing answers. */
  async stop() {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
