// Pictures of every page, three widths, light and dark, into the folder given: `cargo xtask screenshots`.
import { join } from "node:path";
import { startBrowser } from "./browser.mjs";
import { fleetOf } from "./objects/inventory.mjs";
import { PAGES, SCHEMES, WIDTHS, storied, viewOf, visit } from "./objects/looks.mjs";

/** More VMs than a lab takes, looked through beside the scenario. */
async function large(planner) {
  await visit(planner, "fleet");
  await planner.page.getByTestId("import").click();
  await planner.page.getByTestId("inventory-files").setInputFiles({ name: "fleet.json", mimeType: "application/json", buffer: Buffer.from(fleetOf(3_000)) });
  await planner.page.locator('[data-testid="large-fleet"][aria-busy="false"]').waitFor();
  await planner.page.getByTestId("import-discard").click();
}

const folder = process.argv[2];
const browser = await startBrowser();
for (const width of Object.keys(WIDTHS).map(Number)) {
  for (const scheme of SCHEMES) {
    const planner = await storied(browser, viewOf(width, scheme));
    for (const name of PAGES) {
      await visit(planner, name);
      await planner.page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`) });
    }
    await large(planner);
    await planner.page.screenshot({ path: join(folder, `fleet-large-${width}-${scheme}.png`) });
    if (planner.page.troubles.length > 0) throw new Error(planner.page.troubles.join("\n"));
    console.log(`${PAGES.length} pages, ${width} px, ${scheme}`);
    await planner.page.context().close();
  }
}
await browser.close();
