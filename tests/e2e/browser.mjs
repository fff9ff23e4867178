// A headless Chromium with an empty profile that asks the network for nothing.
import { chromium } from "playwright-core";

const FLAGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
  "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Where the planner is served; `cargo xtask test browser` sets it. */
export function serverUrl() {
  return required("RPLAB_URL");
}

export function startBrowser() {
  return chromium.launch({ executablePath: required("RPLAB_CHROMIUM"), args: FLAGS, headless: true });
}

/**
 * A fresh page with nothing stored, and without the service worker unless `serviceWorkers: "allow"` is among the options:
 * what it fetches beside the page would only take time. Errors on the page, in its console or by its security policy, and
 * requests that leave the server, are collected in `page.troubles`.
 */
export async function openPage(browser, path = "/", options = {}) {
  const context = await browser.newContext({ serviceWorkers: "block", ...options });
  return watchedPage(context, new URL(path, serverUrl()).href);
}

/** Another page in the context of one that is open: what is stored is shared. */
export async function watchedPage(context, address) {
  const page = watched(await context.newPage(), new URL(address).origin);
  await page.goto(address);
  return page;
}

/** A page that notes its troubles. */
export function watched(page, origin = serverUrl()) {
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") page.troubles.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== origin) page.troubles.push(`request: ${url.href}`);
  });
  return page;
}

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run \`cargo xtask test browser\``);
  return value;
}
