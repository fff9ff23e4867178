// Without a network: kept by the service worker, updated whole or not at all, and as one file from the disk.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { after, before, test } from "node:test";
import { startBrowser, watchedPage } from "./browser.mjs";
import { eventually } from "./objects/eventually.mjs";
import { DISK_LIST, VM_LIST } from "./objects/inventory.mjs";
import { Lifecycle, Planner, Restore, WIDE } from "./objects/planner.mjs";
import { Relay } from "./objects/relay.mjs";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser?.close());

async function visit(relay) {
  const context = await browser.newContext({ serviceWorkers: "allow", ...WIDE });
  const planner = await new Planner(await watchedPage(context, relay.url)).ready();
  await planner.page.evaluate(() => navigator.serviceWorker.ready);
  await planner.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  return planner;
}

const caches = (planner) => planner.page.evaluate(() => window.caches.keys());
const description = (planner) => planner.page.locator("meta[name=description]").getAttribute("content");

test("after the first load everything works with no server at all", async () => {
  const relay = await Relay.start();
  const planner = await visit(relay);
  await relay.stop();
  await planner.page.context().setOffline(true);
  planner.page.troubles.length = 0;
  await planner.reload();
  const life = await Lifecycle.open(planner, "vm-sql-01");
  await life.createCollection();
  await planner.kept();
  await planner.go("support", "vm-sql-01");
  await planner.page.getByTestId("service-VmBackup").locator("[data-verdict]").waitFor();
  const other = await Planner.openBeside(planner, relay.url);
  await other.page.getByTestId("elsewhere").waitFor();
  const manifest = await planner.page.evaluate(async () => (await fetch("planner.webmanifest")).json());
  // What a browser asks of a page that it installs.
  assert.ok(manifest.name && manifest.start_url && manifest.display === "standalone", JSON.stringify(manifest));
  for (const size of ["192x192", "512x512"]) assert.ok(manifest.icons.some((icon) => icon.sizes === size), size);
  assert.ok(manifest.icons.some((icon) => icon.purpose === "maskable"));
  for (const { src } of manifest.icons) await eventually.equal(async () => await planner.page.evaluate(async (src) => (await fetch(src)).status, src), 200);
  assert.deepEqual(planner.page.troubles, []);
  await planner.page.context().close();
});

test("a newer version comes whole, waits until it is asked for, and takes the place of the older one", async () => {
  const relay = await Relay.start();
  const planner = await visit(relay);
  const page = planner.page;
  const [first] = await caches(planner);
  const before = await description(planner);
  await planner.touch();

  const newer = (path, body) => {
    if (path === "/sw.js") return Buffer.from(body.toString().replace(first.split("-").at(-1), "f00d"));
    if (path === "/") return Buffer.from(body.toString().replaceAll(before, "The newer planner"));
    return body;
  };
  const update = () => page.evaluate(async () => { await (await navigator.serviceWorker.ready).update().catch(() => {}); });

  relay.change = (path, body) => (path === "/engine.wasm" ? null : newer(path, body));
  const given = page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    await new Promise((up) => registration.addEventListener("updatefound", up, { once: true }));
    const worker = registration.installing;
    await new Promise((up) => worker.addEventListener("statechange", () => worker.state === "redundant" && up()));
  });
  await update();
  await given;
  assert.deepEqual(await caches(planner), [first], "of a version that lacks a file nothing stays");
  await eventually.equal(() => page.getByTestId("update").count(), 0);

  relay.change = newer;
  await update();
  await page.getByTestId("update").waitFor();
  assert.equal(await description(planner), before);
  await page.getByTestId("update-now").click();
  await page.locator('meta[name=description][content="The newer planner"]').waitFor({ state: "attached" });
  await planner.ready();
  await eventually.match(() => planner.edition(), /Beyond/, "nothing of the work was lost");
  const kept = await caches(planner);
  assert.equal(kept.length, 1);
  assert.notEqual(kept[0], first);
  await page.context().close();
  await relay.stop();
});

test("the planner as one file works from the disk: under its policy, with storage, and without", async () => {
  const folder = await mkdtemp(join(tmpdir(), "restore-point-lab-"));
  try {
    const page = await fetch(new URL("/restore-point-lab.html", process.env.RPLAB_URL));
    const file = join(folder, "planner.html");
    await writeFile(file, Buffer.from(await page.arrayBuffer()));
    for (const storage of [true, false]) {
      const context = await browser.newContext({ offline: true, ...WIDE });
      if (!storage) await context.addInitScript(() => { IDBFactory.prototype.open = () => { throw new DOMException("refused", "SecurityError"); }; });
      const planner = await new Planner(await watchedPage(context, pathToFileURL(file).href)).ready();
      // An inventory read by the worker, points, one of them deleted, and a VM that is what was captured.
      await planner.offer([{ name: "vms.json", text: VM_LIST }, { name: "disks.json", text: DISK_LIST }]);
      await planner.page.getByTestId("import-add").click();
      await planner.page.getByTestId("vm-vm-plain").waitFor();
      const life = await Lifecycle.open(planner, "vm-plain");
      await life.createCollection();
      await life.write(0, 63);
      await life.capture("rp-one");
      await life.write(32, 95);
      await life.capture("rp-two");
      await life.delete("rp-one");
      await planner.page.getByTestId("next-event").click();
      const restore = await Restore.open(planner, "vm-plain");
      await restore.machineFrom("rp-two", "vm-back");
      await eventually.match(() => restore.result(), /all equal/);
      await planner.go("plan", "vm-plain");
      await planner.page.getByTestId("tiers").waitFor();
      await planner.go("support", "vm-sql-01");
      await planner.page.getByTestId("service-VmBackup").locator("[data-verdict]").waitFor();
      await planner.page.getByTestId("share").click();
      await planner.page.getByTestId("share-only").waitFor();
      await planner.page.keyboard.press("Escape");
      if (storage) {
        await planner.kept();
        await planner.reload();
        await planner.page.getByText("Resumed Sample fleet.").waitFor();
      } else {
        await planner.page.getByTestId("not-saved").getByText("keeps nothing for this page").waitFor();
        const saved = JSON.parse(await planner.downloaded(() => planner.page.getByTestId("save-file").click()));
        assert.ok(saved.commands.length > 0);
      }
      assert.deepEqual(planner.page.troubles, []);
      await context.close();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
