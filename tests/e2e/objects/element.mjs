// <restore-point-lab> on somebody's page. Locators look into its shadow root.

/** Waits until the element has shown something, or said why it cannot. */
export async function shown(page, id) {
  await page.locator(id).scrollIntoViewIfNeeded();
  await page.waitForFunction((id) => document.querySelector(id).dataset.told, id);
  return page.evaluate((id) => document.querySelector(id).dataset.told, id);
}

/** Waits until the element has told of a change to this. */
export function changed(page, id, wanted) {
  return page.waitForFunction(([id, wanted]) => {
    const told = JSON.parse(document.querySelector(id).dataset.changed ?? "{}");
    return Object.entries(wanted).every(([name, value]) => told[name] === value);
  }, [id, wanted]);
}

/** Notes on each element what it told first; to be run before the page's own scripts. */
export function listen() {
  for (const name of ["rpl-ready", "rpl-error"]) {
    document.addEventListener(name, (event) => {
      event.target.dataset.told ??= `${name} ${JSON.stringify(event.detail)}`;
    });
  }
  document.addEventListener("rpl-change", (event) => {
    event.target.dataset.changed = JSON.stringify(event.detail);
  });
}
