// Pages for a real browser: a server of folders, and a browser that tells of everything that leaves it.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { openPage, startBrowser } from "../e2e/browser.mjs";

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".json": "application/json" };

/** Serves folders by the first part of the path; its address. */
export async function serveFolders(folders) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, "http://localhost");
    const [, first, rest] = /^\/([^/]*)\/?(.*)$/.exec(normalize(decodeURIComponent(pathname)));
    try {
      const path = join(folders[first], rest === "" ? "index.html" : rest);
      response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "application/octet-stream", "access-control-allow-origin": "*" });
      response.end(await readFile(path));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve); });
  const url = `http://127.0.0.1:${server.address().port}`;
  process.env.RPLAB_URL = url;
  return { url, close: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }) };
}

/** Opens a page, waits until it says that it is ready, cuts the network off and lets it work. */
export async function workOffline(browser, path) {
  const page = await openPage(browser, path);
  await page.waitForFunction(() => globalThis.work !== undefined, undefined, { timeout: 20000 });
  await page.context().setOffline(true);
  const result = await page.evaluate(() => globalThis.work());
  const { troubles } = page;
  await page.context().close();
  return { result, troubles };
}

export { startBrowser };
