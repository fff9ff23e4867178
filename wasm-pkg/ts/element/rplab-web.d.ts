// What the element uses of the planner's glue, which the planner's build puts beside it.

/** One mounted view. */
export class EmbeddedView {
  free(): void;
  setTheme(theme: string): void;
}

export function mountElement(place: HTMLElement, options: string, tell: (name: string, detail: string) => void): EmbeddedView;

/** Fetches what every element needs; before the first `mountElement`. */
export function prepareElement(): Promise<void>;

/** Loads and starts the module. */
export default function init(): Promise<unknown>;
