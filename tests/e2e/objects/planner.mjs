// The planner as a person uses it: one object for each page, found by names and test ids.
import { readFile } from "node:fs/promises";
import { openPage, serverUrl, watchedPage } from "../browser.mjs";
import { DISK_LIST, VM_LIST } from "./inventory.mjs";

export const WIDE = { viewport: { width: 1440, height: 900 }, reducedMotion: "reduce" };
export const NARROW = { viewport: { width: 390, height: 844 }, reducedMotion: "reduce" };

export class Planner {
  constructor(page) {
    this.page = page;
  }

  /** Opens the planner with nothing stored and waits until it runs. */
  static async open(browser, options = WIDE) {
    return new Planner(await openPage(browser, "/", options)).ready();
  }

  /** The same, in another tab of the same browser, or at another address. */
  static async openBeside(planner, address = serverUrl()) {
    return new Planner(await watchedPage(planner.page.context(), address)).ready();
  }

  /** Waits until the planner runs. */
  async ready() {
    this.page.setDefaultTimeout(15_000);
    await this.page.getByTestId("time").waitFor({ state: "attached" });
    // From here on nothing more is fetched.
    await this.page.locator("html[data-loaded][data-pieces]:not([data-opening])").waitFor();
    return this;
  }

  async reload() {
    await this.page.reload();
    return this.ready();
  }

  /** Changes the scenario by one step that is quick to make and easy to see, and waits until it is kept. */
  async touch(edition = "beyond") {
    await this.go("support", "vm-sql-01");
    await this.page.getByTestId(`edition-${edition}`).click();
  }

  async edition() {
    return (await this.page.getByTestId("edition").textContent()).trim();
  }

  async kept() {
    await this.page.getByText("saved in this browser").waitFor();
  }

  async rename(name) {
    await this.page.getByTestId("scenario").click();
    await this.page.getByLabel("Name", { exact: true }).fill(name);
    await this.page.keyboard.press("Escape");
    await this.page.locator(".scenario-name", { hasText: name }).waitFor();
  }

  /** The list of projects, opened. */
  async projects() {
    await this.page.getByTestId("scenario").click();
    await this.page.getByTestId("all-projects").click();
    await this.page.getByTestId("projects").waitFor();
    return new Projects(this.page);
  }

  async newProject() {
    await this.page.getByTestId("scenario").click();
    await this.page.getByTestId("new-project").click();
    await this.page.getByText("New project with the sample fleet.").waitFor();
  }

  /** The text of the file that `press` hands over. */
  async downloaded(press) {
    const downloading = this.page.waitForEvent("download");
    await press();
    return readFile(await (await downloading).path(), "utf8");
  }

  async go(name, machine) {
    await this.page.evaluate((hash) => { location.hash = hash; }, machine ? `#/${name}/${encodeURIComponent(machine)}` : `#/${name}`);
    await this.page.locator(`html:not([data-opening]) main[data-page="${name}"]`).waitFor();
  }

  /** Gives files to the import; nothing is added yet. */
  async offer(files) {
    await this.page.getByTestId("import").click();
    const buffers = files.map(({ name, text }) => ({ name, mimeType: "application/json", buffer: Buffer.from(text) }));
    await this.page.getByTestId("inventory-files").setInputFiles(buffers);
  }

  async machines() {
    const rows = this.page.getByTestId("fleet-table").locator("tbody tr[data-testid] th a");
    return rows.allTextContents();
  }

  async verdict(machine, service = "RestorePoints") {
    return this.page.getByTestId(`vm-${machine}`).locator(`[data-service=${service}] [data-verdict]`).getAttribute("data-verdict");
  }

  async undo() {
    await this.page.getByTestId("undo").click();
  }

  /** Waits until the page, all its parts and what it asked a worker for are there and two frames have been drawn. */
  async settled() {
    await this.page.locator("html:not([data-opening]) main h1").first().waitFor();
    await this.page.locator("main").getByText("Loading", { exact: true }).first().waitFor({ state: "detached" });
    await this.page.locator("main[aria-busy=true], main [aria-busy=true]").first().waitFor({ state: "detached" });
    await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  }

  /** Keeps messages from going by themselves: on a slow machine their time may be over before they are looked for. */
  async keepMessages() {
    await this.page.evaluate(() => {
      const { setTimeout } = globalThis;
      globalThis.setTimeout = (act, after, ...rest) => (after === 8000 ? 0 : setTimeout(act, after, ...rest));
    });
  }

  /** The message with these words. */
  message(words) {
    return this.page.getByTestId("toasts").locator(".toast", { hasText: words });
  }

  async overflow() {
    return this.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  }
}

export class Lifecycle {
  constructor(planner, machine) {
    this.planner = planner;
    this.page = planner.page;
    this.machine = machine;
  }

  static async open(planner, machine) {
    await planner.go("lifecycle", machine);
    return new Lifecycle(planner, machine);
  }

  async createCollection() {
    await this.page.getByTestId("create-collection").click();
    await this.page.getByTestId("create-point").waitFor();
  }

  /** Captures, and lets time pass until the point is there. */
  async capture(name) {
    await this.page.getByTestId("point-name").fill(name);
    await this.page.getByTestId("create-point").click();
    await this.page.getByTestId(`lane-${name}`).waitFor();
    await this.page.getByTestId("next-event").click();
  }

  async write(first, last) {
    await this.page.getByTestId("first-block").fill(String(first));
    await this.page.getByTestId("last-block").fill(String(last));
    await this.page.getByTestId("write-blocks").click();
  }

  async showDisk(name) {
    await this.page.getByTestId(`disk-${name}`).click();
  }

  async choose(point) {
    await this.page.getByTestId(`lane-${point}`).getByRole("button").click();
    await this.page.getByTestId("point-detail").getByText(point, { exact: true }).waitFor();
  }

  /** The digest of the shown disk in the chosen point. */
  async digest() {
    return this.page.getByTestId("point-digest").getAttribute("data-digest");
  }

  async number(label) {
    return this.page.getByTestId("point-detail").getByTestId(`number-${label}`).textContent();
  }

  async delete(point) {
    await this.choose(point);
    await this.page.getByTestId("delete-point").click();
  }
}

export class Plan {
  constructor(planner) {
    this.page = planner.page;
  }

  static async open(planner, machine) {
    await planner.go("plan", machine);
    return new Plan(planner);
  }

  /** The plan of a VM that is imported with its disks; how full they are the lists do not say. */
  static async ofImported(planner) {
    await planner.offer([{ name: "vms.json", text: VM_LIST }, { name: "disks.json", text: DISK_LIST }]);
    await planner.page.getByTestId("import-add").click();
    await planner.page.getByTestId("vm-vm-plain").waitFor();
    const plan = await Plan.open(planner, "vm-plain");
    await planner.page.getByTestId("cost-total").waitFor();
    return plan;
  }

  /** The foretold cost in dollars. */
  async total() {
    const said = await this.page.getByTestId("cost-total").textContent();
    return Number(said.match(/USD ([\d,.]+),/)[1].replaceAll(",", ""));
  }
}

/** The editor of one VM, open. */
export class Editor {
  constructor(planner) {
    this.page = planner.page;
    this.dialog = this.page.getByTestId("editor");
    this.asked = this.page.getByTestId("editor-unsaved");
  }

  static async of(planner, machine) {
    await planner.page.getByRole("button", { name: `Edit ${machine}` }).click();
    const editor = new Editor(planner);
    await editor.page.getByTestId("editor-name").waitFor();
    return editor;
  }

  async gone() {
    await this.dialog.waitFor({ state: "hidden" });
  }
}

export class Restore {
  constructor(planner) {
    this.page = planner.page;
  }

  static async open(planner, machine) {
    await planner.go("restore", machine);
    return new Restore(planner);
  }

  async machineFrom(point, name) {
    await this.page.getByTestId(`from-${point}`).check();
    await this.page.getByTestId("restore-vm-name").fill(name);
    await this.page.getByTestId("restore-vm").click();
    await this.page.getByTestId(`restored-${name}`).click();
    await this.page.getByTestId("proof").getByText(`${name}, from ${point}`).waitFor();
  }

  /** The three digests of a restored disk. */
  async digests(disk) {
    const row = this.page.getByTestId(`proof-${disk}`);
    const read = (which) => row.getByTestId(`digest-${which}`).getAttribute("data-digest");
    return { source: await read("source"), point: await read("point"), restored: await read("restored") };
  }

  async result() {
    return this.page.getByTestId("proof-result").textContent();
  }
}

export class Projects {
  constructor(page) {
    this.page = page;
    this.dialog = page.getByTestId("projects");
  }

  row(name) {
    return this.dialog.getByTestId("project").filter({ has: this.page.getByText(name, { exact: true }) });
  }

  async names() {
    return this.dialog.getByTestId("project").locator("b").allTextContents();
  }

  async open(name) {
    await this.row(name).getByRole("button", { name: "Open" }).click();
    await this.dialog.waitFor({ state: "hidden" });
  }

  async close() {
    await this.page.keyboard.press("Escape");
    await this.dialog.waitFor({ state: "hidden" });
  }
}
