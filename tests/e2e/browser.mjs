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
 * A fresh page with nothing stored. Errors on the page, in its console or by its security policy, and
 * requests that leave the server, are collected in `page.troubles`.
 */
export async function openPage(browser, path = "/", options = {}) {
  const context = await browser.newContext(options);
  const page = watched(await context.newPage());
  await page.goto(new URL(path, serverUrl()).href);
  return page;
}

/** A page that notes its troubles. */
export function watched(page) {
  page.troubles = [];
  page.on("pageerror", (error) => page.troubles.push(`error: ${error.message}`));
  page.on("console", (message) => {
    if (message.type() === "error") page.troubles.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && url.origin !== serverUrl()) page.troubles.push(`request: ${url.href}`);
  });
  return page;
}

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run \`cargo xtask test browser\``);
  return value;
}
