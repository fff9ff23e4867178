// The types of `/azure` with the types of the official clients, as both ways of resolving find them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));

for (const [module, resolution] of [["nodenext", "nodenext"], ["esnext", "bundler"]]) {
  test(`the official clients take the lab's by their types (${resolution})`, () => {
    const words = [
      "--ignoreConfig", "--noEmit", "--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "--target", "es2022", "--lib", "es2022,dom",
      "--types", "node", "--typeRoots", "../node_modules/@types", "--module", module, "--moduleResolution", resolution, "types.ts",
    ];
    const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, ...words], { cwd: here, encoding: "utf8" });
    assert.equal(status, 0, stdout + stderr);
  });
}
