import { ask, call } from "./boundary.js";
import { engine } from "./engine.js";
import type { Import } from "./engine/engine.js";
import { LabError } from "./error.js";

/** A file with its name, which problems use to say where they are. */
export interface NamedInput {
  name: string;
  data: string | Uint8Array;
}

/**
 * Reads VMs and disks from what other tools print. The kind of each input is told by its content.
 * Throws where nothing could be read; what could not be read in part is listed in `problems`.
 */
export function importInventory(input: string | Uint8Array | NamedInput[]): Import {
  const files = typeof input === "string" || input instanceof Uint8Array ? [{ name: "input", data: input }] : input;
  if (!Array.isArray(files)) {
    throw new LabError("InvalidInput", "", "an inventory is text, bytes, or a list of { name, data }");
  }
  const inventory = new (engine().Inventory)();
  try {
    files.forEach((file, index) => {
      const data: unknown = file?.data;
      if (typeof data === "string") {
        inventory.add(String(file.name), new TextEncoder().encode(data));
      } else if (data instanceof Uint8Array) {
        inventory.add(String(file.name), data);
      } else {
        throw new LabError("InvalidInput", `[${index}].data`, `[${index}].data: text or bytes`);
      }
    });
    return ask(() => inventory.import());
  } finally {
    call(() => inventory.free());
  }
}
