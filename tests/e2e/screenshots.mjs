// Pictures of every page, three widths, light and dark, into the folder given: `cargo xtask screenshots`.
import { join } from "node:path";
import { startBrowser } from "./browser.mjs";
import { PAGES, SCHEMES, WIDTHS, storied, viewOf, visit } from "./objects/looks.mjs";

const folder = process.argv[2];
const browser = await startBrowser();
for (const width of Object.keys(WIDTHS).map(Number)) {
  for (const scheme of SCHEMES) {
    const planner = await storied(browser, viewOf(width, scheme));
    for (const name of PAGES) {
      await visit(planner, name);
      await planner.page.screenshot({ path: join(folder, `${name}-${width}-${scheme}.png`) });
    }
    if (planner.page.troubles.length > 0) throw new Error(planner.page.troubles.join("\n"));
    console.log(`${PAGES.length} pages, ${width} px, ${scheme}`);
    await planner.page.context().close();
  }
}
await browser.close();
