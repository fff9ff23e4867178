// The tag's attributes and children as the planner's views take them.

/** What is handed over, as JSON. */
export interface ElementOptions {
  scenario?: unknown;
  view: string;
  edition: string;
  theme: string;
  vm: string;
  disk: string;
  planner: string;
  steps: { at: string; text: string }[];
  services: string;
}

export async function attributesOf(tag: HTMLElement): Promise<ElementOptions> {
  const word = (name: string): string => tag.getAttribute(name)?.trim() ?? "";
  return {
    scenario: await scenarioOf(tag, word("scenario")),
    view: word("view"),
    edition: word("edition"),
    theme: word("theme"),
    vm: word("vm"),
    disk: word("disk"),
    planner: word("planner"),
    steps: stepsOf(tag),
    // Written so that bundlers see it and bring the file along.
    services: new URL("./services.json", import.meta.url).href,
  };
}

/** JSON in the attribute, the id of a script on the page (`#id`), an address, or a script between the tags. */
async function scenarioOf(tag: HTMLElement, named: string): Promise<unknown> {
  if (named.startsWith("{")) return parsed(named, "the attribute scenario");
  if (named.startsWith("#")) {
    const script = document.getElementById(named.slice(1));
    if (!script) throw new Error(`scenario="${named}": the page has no element of this id.`);
    return parsed(script.textContent ?? "", `the element ${named}`);
  }
  if (named !== "") {
    const response = await fetch(named).catch(() => undefined);
    if (!response?.ok) throw new Error(`scenario="${named}": ${response ? `the server answered ${response.status}` : "it could not be fetched"}.`);
    return parsed(await response.text(), named);
  }
  const child = tag.querySelector(':scope > script[type="application/json"]');
  return child ? parsed(child.textContent ?? "", "the script between the tags") : undefined;
}

function parsed(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`${where} is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** The author's steps: `<li data-at="2026-01-14T09:30:00Z">sentence</li>`. */
function stepsOf(tag: HTMLElement): { at: string; text: string }[] {
  return [...tag.querySelectorAll<HTMLElement>(":scope > ol > li[data-at]")].map((step) => ({
    at: step.dataset["at"] ?? "",
    text: step.textContent?.trim() ?? "",
  }));
}
