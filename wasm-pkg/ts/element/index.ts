// <restore-point-lab>: a view of the planner inside a page. This file is the tag, its shadow root and its loading;
// what is shown is compiled from the planner's own views.

import type { EmbeddedView } from "./rplab-web.js";
import { keepGroups } from "./landmarks.js";
import { attributesOf, type ElementOptions } from "./options.js";
import { startPlanner } from "./planner.js";
import styles from "./styles.js";

/** What is shown: told by `rpl-ready`, once, and by `rpl-change` after each change. */
export interface ElementDetail {
  /** The view's word. */
  view: string;
  /** The simulated time, as an ISO 8601 instant. */
  time: string;
  /** Restore points that are retained. */
  restorePoints: number;
  /** Bytes that all of them store. */
  storedBytes: number;
}

const OBSERVED = ["scenario", "view", "edition", "theme", "height", "vm", "disk", "planner"];

let sheet: CSSStyleSheet | undefined;

function sharedSheet(): CSSStyleSheet {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
  }
  return sheet;
}

/**
 * The element. What the author writes between its tags is shown until the view is there, and instead of it where
 * scripts are off.
 */
export class RestorePointLabElement extends HTMLElement {
  static observedAttributes = OBSERVED;

  #root = this.attachShadow({ mode: "open" });
  #place: HTMLElement | undefined;
  #view: EmbeddedView | undefined;
  #seen: IntersectionObserver | undefined;
  #groups: MutationObserver | undefined;
  #turn = 0;

  constructor() {
    super();
    // Keys that a view takes, and those that scroll or choose in it, mean nothing to the page around.
    this.#root.addEventListener("keydown", (event) => {
      if (event.defaultPrevented || (event as KeyboardEvent).key.startsWith("Arrow")) event.stopPropagation();
    });
  }

  connectedCallback(): void {
    if (!this.#root.adoptedStyleSheets.length) this.#root.adoptedStyleSheets = [sharedSheet()];
    if (!this.#place) this.#poster("Loading the simulation.");
    // Far below the fold nothing is loaded.
    this.#seen = new IntersectionObserver((entries) => {
      if (!entries.some((entry) => entry.isIntersecting)) return;
      this.#seen?.disconnect();
      this.#seen = undefined;
      void this.#show();
    }, { rootMargin: "200px" });
    this.#seen.observe(this);
  }

  disconnectedCallback(): void {
    this.#seen?.disconnect();
    this.#seen = undefined;
    this.#turn += 1;
    this.#leave();
    this.#place = undefined;
  }

  attributeChangedCallback(name: string): void {
    if (!this.#view) return;
    if (name === "theme") this.#view.setTheme(this.getAttribute("theme") ?? "");
    else if (name === "height") this.#size();
    else void this.#show();
  }

  /** Mounts the view anew. Of several calls in a row the last one counts. */
  async #show(): Promise<void> {
    const turn = ++this.#turn;
    try {
      // Attributes that are set one after the other are taken together.
      await Promise.resolve();
      const [options, planner] = await Promise.all([attributesOf(this), startPlanner()]);
      if (turn !== this.#turn) return;
      this.#mount(planner.mountElement, options);
    } catch (error) {
      if (turn === this.#turn) this.#fail(error instanceof Error ? error.message : String(error));
    }
  }

  #mount(mountElement: typeof import("./rplab-web.js").mountElement, options: ElementOptions): void {
    this.#leave();
    const place = document.createElement("div");
    place.className = "rpl-place";
    this.#root.replaceChildren(place);
    this.#place = place;
    this.#size();
    const tell = (name: string, detail: string): void => {
      this.dispatchEvent(new CustomEvent<ElementDetail>(`rpl-${name}`, { detail: JSON.parse(detail), bubbles: true, composed: true }));
    };
    this.#view = mountElement(place, JSON.stringify(options), tell);
    this.#groups = keepGroups(place);
  }

  #leave(): void {
    this.#groups?.disconnect();
    this.#groups = undefined;
    this.#view?.free();
    this.#view = undefined;
  }

  /** What stands there without a view: the author's own content, and a line below it. */
  #poster(text: string, role = "status"): void {
    const line = document.createElement("p");
    line.className = "rpl-poster";
    line.setAttribute("role", role);
    line.textContent = text;
    this.#root.replaceChildren(document.createElement("slot"), line);
  }

  #fail(message: string): void {
    this.#leave();
    this.#place = undefined;
    this.#poster(`The simulation cannot be shown. ${message}`, "alert");
    this.dispatchEvent(new CustomEvent("rpl-error", { detail: { message }, bubbles: true, composed: true }));
  }

  /** A height of its own scrolls inside; without one the element grows with its content. */
  #size(): void {
    const height = this.getAttribute("height") ?? "";
    if (this.#place) this.#place.style.blockSize = /^\d+$/.test(height) ? `${height}px` : height;
  }
}

if (!customElements.get("restore-point-lab")) customElements.define("restore-point-lab", RestorePointLabElement);
