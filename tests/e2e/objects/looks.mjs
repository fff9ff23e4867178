// What the pages look like: the same story on every page, and how far two pictures are apart.
import { Lifecycle, Planner } from "./planner.mjs";

/** Every page, the ones about one VM with it. */
export const PAGES = ["fleet", "support", "lifecycle", "restore", "plan", "scenarios", "report", "api", "matrix"];
export const MACHINE = "vm-sql-01";
const ABOUT_MACHINE = new Set(["support", "lifecycle", "restore", "plan"]);

export const WIDTHS = { 390: 844, 768: 1024, 1440: 900 };
export const SCHEMES = ["light", "dark"];

/** How a page is opened to be looked at. */
export function viewOf(width, colorScheme) {
  return { viewport: { width, height: WIDTHS[width] ?? 1200 }, colorScheme, reducedMotion: "reduce", locale: "en-US" };
}

/** A planner in which five days have passed with a point a day; what is said in passing is gone. */
export async function storied(browser, options) {
  const planner = await Planner.open(browser, options);
  await Lifecycle.open(planner, MACHINE);
  await planner.page.getByTestId("run-example").click();
  await planner.page.getByTestId("lane-rp-day-5").waitFor();
  await planner.page.getByText("saved in this browser").waitFor({ state: "attached" });
  await planner.reload();
  await planner.page.locator(".toasts .toast").getByRole("button").last().click();
  await planner.page.locator(".toasts .toast").waitFor({ state: "detached" });
  return planner;
}

/** Goes to a page and waits until it stands. */
export async function visit(planner, name) {
  await planner.go(name, ABOUT_MACHINE.has(name) ? MACHINE : undefined);
  await planner.settled();
}

/**
 * How far two pictures are apart: the part of their area, in parts of a hundred, that looks different. Each is drawn
 * at an eighth of its size, so that the edges of letters do not count; other fonts do, so the pictures that are kept
 * hold for the machine that the tests are made for.
 */
export async function apart(page, one, other) {
  const pictures = [one, other].map((png) => `data:image/png;base64,${png.toString("base64")}`);
  return page.evaluate(async (addresses) => {
    const images = await Promise.all(addresses.map(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return image;
    }));
    if (images[0].width !== images[1].width || images[0].height !== images[1].height) return 100;
    const [width, height] = [Math.ceil(images[0].width / 8), Math.ceil(images[0].height / 8)];
    const [first, second] = images.map((image) => {
      const canvas = document.createElement("canvas");
      [canvas.width, canvas.height] = [width, height];
      const context = canvas.getContext("2d");
      context.imageSmoothingQuality = "high";
      context.drawImage(image, 0, 0, width, height);
      return context.getImageData(0, 0, width, height).data;
    });
    let different = 0;
    for (let at = 0; at < first.length; at += 4) {
      const most = Math.max(...[0, 1, 2].map((channel) => Math.abs(first[at + channel] - second[at + channel])));
      if (most > 24) different += 1;
    }
    return (different * 100) / (width * height);
  }, pictures);
}
