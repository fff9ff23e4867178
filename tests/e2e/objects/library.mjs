// The pages beside the path, as a person uses them.

export class Matrix {
  constructor(planner) {
    this.page = planner.page;
    this.planner = planner;
  }

  static async open(planner, item) {
    await planner.go("matrix", item);
    await planner.page.getByTestId("matrix-summary").filter({ hasText: " shown." }).waitFor();
    return new Matrix(planner);
  }

  async search(text) {
    await this.page.getByTestId("matrix-search").fill(text);
  }

  async choose(filter, words) {
    await this.page.getByTestId(`matrix-${filter}`).selectOption({ label: words });
  }

  /** How many rows fit what is asked for. */
  async shown() {
    const summary = this.page.getByTestId("matrix-summary");
    await summary.filter({ hasText: " shown." }).waitFor();
    const said = await summary.textContent();
    return Number(said.match(/(\d+) shown/)[1]);
  }

  async verdicts() {
    return this.page.getByTestId("matrix-rows").locator("tbody [data-verdict]").evaluateAll((all) => all.map((one) => one.dataset.verdict));
  }

  /** The name of the opened row. */
  async opened() {
    return this.page.getByTestId("opened-row").getAttribute("data-row");
  }
}

export class Api {
  constructor(planner) {
    this.page = planner.page;
  }

  static async open(planner) {
    await planner.go("api");
    await planner.page.getByTestId("api-send").waitFor();
    return new Api(planner);
  }

  async example(title) {
    const found = this.page.getByTestId("api-example").locator("option", { hasText: title }).first();
    await this.page.getByTestId("api-example").selectOption(await found.getAttribute("value"));
  }

  /** Sends what the form has; the status of the answer. */
  async send() {
    const before = await this.page.getByTestId("exchanges").locator("li").count();
    await this.page.getByTestId("api-send").click();
    await this.page.getByTestId("exchanges").locator("li").nth(before).waitFor();
    return Number(await this.page.getByTestId("answer-status").textContent());
  }

  async body() {
    return this.page.getByTestId("answer-body").textContent();
  }
}

/** What a click saves: the file's name and text. */
export async function saved(page, click) {
  const downloading = page.waitForEvent("download");
  await click();
  const download = await downloading;
  const { readFile } = await import("node:fs/promises");
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}
