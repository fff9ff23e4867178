// `restore-point-lab serve`, as other processes use it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request as send } from "node:http";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { Lab } from "restore-point-lab";
import { command, served } from "./served.mjs";
import { BLOCK, collectionId, diskId, GIB, START, startedLab, VM } from "./support.mjs";

const folder = mkdtempSync(join(tmpdir(), "restore-point-lab-serve-"));
after(() => rmSync(folder, { recursive: true }));

function stateFile(name) {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(startedLab().exportScenario()));
  return path;
}

const RP = "api-version=2024-11-01";
const DISKS = "api-version=2024-03-02";

/** A collection, a point, and the address of its data disk, over HTTP. */
async function granted({ ask }) {
  const made = await ask("PUT", `${collectionId("c")}?${RP}`, { location: "eastus", properties: { source: { id: VM } } });
  assert.equal(made.status, 201, made.text);
  const begun = await ask("PUT", `${collectionId("c")}/restorePoints/p1?${RP}`, {});
  assert.equal(begun.status, 201, begun.text);
  const polled = await ask("GET", begun.headers.get("azure-asyncoperation"));
  assert.equal(polled.json.status, "Succeeded");
  const point = await ask("GET", `${collectionId("c")}/restorePoints/p1?${RP}`);
  const [{ diskRestorePoint }] = point.json.properties.sourceMetadata.storageProfile.dataDisks;
  const access = await ask("POST", `${diskRestorePoint.id}/beginGetAccess?${DISKS}`, { access: "Read", durationInSeconds: 3600 });
  assert.equal(access.status, 202, access.text);
  const got = await ask("GET", access.headers.get("location"));
  return got.json.accessSAS;
}

test("ARM and page blobs are served on one port, and every address leads back to it", async () => {
  const server = await served("--state", stateFile("both.json"));
  try {
    const address = await granted(server);
    assert.ok(address.startsWith(`${server.url}/md-`), address);
    const head = await server.ask("HEAD", address);
    assert.deepEqual([head.status, head.headers.get("content-length"), head.headers.get("x-ms-blob-type")], [200, String(GIB + 512), "PageBlob"]);
    const part = await fetch(address, { headers: { "x-ms-range": `bytes=${BLOCK}-${BLOCK + 9}` } });
    assert.deepEqual([part.status, (await part.arrayBuffer()).byteLength], [206, 10]);
    const list = await server.ask("GET", `${address}&comp=pagelist`);
    assert.match(list.text, /<PageRange><Start>0<\/Start><End>655359<\/End><\/PageRange>/);
    const diff = await server.ask("GET", `${address}&comp=pagelist`, undefined, { "x-ms-previous-snapshot-url": address });
    assert.match(diff.text, /<PageList><\/PageList>/);
    const whole = await fetch(address);
    let length = 0;
    for await (const piece of whole.body) length += piece.length;
    assert.equal(length, GIB + 512);
    // The signature stays out of what is printed.
    assert.ok(server.printed().includes("sig=...") && !/sig=[0-9a-f]{8}/.test(server.printed()));
  } finally {
    await server.stop();
  }
});

/** With a Host header of its own, which `fetch` does not send. */
function asked(url, path, host) {
  return new Promise((resolve, reject) => {
    const request = send(`${url}${path}`, { headers: { host } }, (response) => {
      let text = "";
      response.on("data", (piece) => { text += piece; });
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text }));
    });
    request.on("error", reject);
    request.end();
  });
}

test("the Host header chooses the service too, and unknown hosts are turned away", async () => {
  const server = await served("--state", stateFile("hosts.json"), "--quiet");
  try {
    const [, host, path] = /^http:\/\/[^/]+\/([^/]+)(\/.*)$/.exec(await granted(server));
    const read = await asked(server.url, `${path}&comp=pagelist`, host);
    assert.equal(read.status, 200, read.text);
    const list = await asked(server.url, `/subscriptions/x/providers/Microsoft.Compute/disks?${DISKS}`, "management.azure.com");
    assert.deepEqual([list.status, JSON.parse(list.text).value], [200, []]);
    const prefixed = await server.ask("GET", `/management.azure.com/subscriptions/x/providers/Microsoft.Compute/disks?${DISKS}`);
    assert.equal(prefixed.status, 200);
    assert.equal((await asked(server.url, "/_lab/state", "evil.example")).status, 421);
    assert.equal((await server.ask("GET", `/subscriptions/x/providers/Microsoft.Compute/nothing?${RP}`)).json.error.code.length > 0, true);
  } finally {
    await server.stop();
  }
});

test("the state is kept in its file, and reset and replaced on request", async () => {
  const file = join(folder, "kept.json");
  const first = await served("--state", file, "--quiet");
  const scenario = startedLab().exportScenario();
  const loaded = await first.ask("POST", "/_lab/scenario", scenario);
  assert.equal(loaded.json.digest, Lab.fromScenario(scenario).digest());
  await granted(first);
  assert.equal((await first.ask("POST", "/_lab/advance", { by: "PT1H" })).json.type, "ok");
  const { json: { digest } } = await first.ask("GET", "/_lab/digest");
  const log = (await first.ask("GET", "/_lab/requests")).json;
  assert.deepEqual(log[0], { at: START, method: "PUT", path: `${collectionId("c")}?${RP}`, status: 201 });
  await first.stop();
  assert.equal(Lab.fromScenario(JSON.parse(readFileSync(file, "utf8"))).digest(), digest);
  const second = await served("--state", file, "--quiet");
  assert.equal((await second.ask("GET", "/_lab/digest")).json.digest, digest);
  const refused = await second.ask("POST", "/_lab/commands", { type: "noSuchCommand" });
  assert.deepEqual([refused.status, refused.json.error.code], [400, "UnknownCommand"]);
  assert.equal((await second.ask("POST", "/_lab/commands")).status, 400);
  const done = await second.ask("POST", "/_lab/commands", { type: "writeBlocks", disk: diskId("data"), first: 0, last: 0 });
  assert.equal(done.json.type, "ok");
  assert.equal((await second.ask("POST", "/_lab/reset")).json.digest, new Lab().digest());
  assert.deepEqual((await second.ask("GET", "/_lab/state")).json.disks, []);
  assert.equal((await second.ask("GET", "/_lab/nothing")).status, 404);
  await second.stop();
});

test("the clock decides where it is told to, in a lab from a file too", async () => {
  const server = await served("--state", stateFile("clock.json"), "--long-running", "clock", "--quiet");
  try {
    const source = { properties: { source: { id: VM } }, location: "eastus" };
    await server.ask("PUT", `${collectionId("c")}?${RP}`, source);
    const begun = await server.ask("PUT", `${collectionId("c")}/restorePoints/p1?${RP}`, {});
    const status = async () => (await server.ask("GET", begun.headers.get("azure-asyncoperation"))).json.status;
    assert.deepEqual([await status(), await status()], ["InProgress", "InProgress"]);
    await server.ask("POST", "/_lab/advance", { by: "PT1H" });
    assert.equal(await status(), "Succeeded");
  } finally {
    await server.stop();
  }
});

test("only this machine reaches it, unless another interface is named", async () => {
  const outer = Object.values(networkInterfaces()).flat().find(({ family, internal }) => family === "IPv4" && !internal);
  const server = await served("--quiet");
  try {
    assert.match(server.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    if (outer) await assert.rejects(fetch(server.url.replace("127.0.0.1", outer.address)));
  } finally {
    await server.stop();
  }
  const named = await served("--quiet", "--host", outer?.address ?? "localhost");
  try {
    assert.equal((await named.ask("GET", "/_lab/digest")).status, 200);
    if (outer) assert.match(named.printed(), /can read and change this lab/);
  } finally {
    await named.stop();
  }
});

test("wrong words and files are refused with the reason", () => {
  const run = (...words) => spawnSync(process.execPath, [command, ...words], { encoding: "utf8" });
  const broken = join(folder, "broken.json");
  writeFileSync(broken, "{");
  for (const [words, reason] of [
    [["serve", "--port", "many"], /--port many/],
    [["serve", "--port", "70000"], /--port 70000/],
    [["serve", "--long-running", "never"], /--long-running never/],
    [["serve", "--nothing"], /nothing/],
    [["serve", "--state", broken], /broken\.json/],
    [["nothing"], /no command nothing/],
  ]) {
    const { status, stderr } = run(...words);
    assert.equal(status, 2, words.join(" "));
    assert.match(stderr, reason);
  }
  const help = run("--help");
  assert.deepEqual([help.status, help.stderr], [0, ""]);
  assert.match(help.stdout, /serve \[--port N\]/);
});
