// What axe-core finds on a page: WCAG 2.x A and AA, and best practice.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** One line for each violation. */
export async function violations(page) {
  // Evaluated by the debugger, so the page's own policy stays as it is.
  await page.evaluate(source);
  const result = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
  return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).slice(0, 3).join(", ")}`);
}

/** One line for each thing to press that is smaller than 24 by 24 pixels and not alone in such a circle, as WCAG 2.2 says. */
export async function smallTargets(page) {
  await page.evaluate(source);
  const result = await page.evaluate(() => axe.run(document, { runOnly: ["target-size"], resultTypes: ["violations"] }));
  return result.violations.flatMap(({ nodes }) => nodes.map((node) => node.target.join(" ")));
}
