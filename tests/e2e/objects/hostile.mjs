// An inventory whose every text is made to harm.
import { VM_LIST } from "./inventory.mjs";

export const HOSTILE = {
  markup: "<img src=x onerror=globalThis.stolen=1>",
  script: "</title><script>globalThis.stolen=1</script>",
  attribute: "\" autofocus onfocus=\"globalThis.stolen=1",
  turning: "vm-\u202exe.cod\u2066\u200f",
  control: "vm-\u0000\u0007\u001b[31m\u0085\u2028",
  address: "javascript:globalThis.stolen=1",
  formula: "=cmd|' /C calc'!A0",
  sum: "@SUM(1+1)*cmd",
  cell: "a,\"b\"\r\n=1+1",
  picture: "]]></text><script>globalThis.stolen=1</script>",
  markdown: "[here](javascript:globalThis.stolen=1) | ![x](https://example.com/x.png) `",
  template: "{{constructor.constructor('globalThis.stolen=1')()}}${globalThis.stolen=1}",
};

/** One VM for each kind of text, which stands in all of its fields that are free text, and in its tags. */
export function hostileFleet() {
  const [plain] = JSON.parse(VM_LIST);
  const machines = Object.values(HOSTILE).map((text, index) => {
    const machine = structuredClone(plain);
    const free = (value) => {
      for (const [key, inner] of Object.entries(value)) {
        if (typeof inner === "object" && inner !== null) free(inner);
        else if (key === "id") value[key] = inner.replaceAll("vm-plain", `vm-${index}`);
        else if (typeof inner === "string" && !["id", "type", "osType", "createOption", "caching", "vmSize", "storageAccountType", "provisioningState", "vmId"].includes(key)) value[key] = text;
      }
    };
    free(machine);
    // Of names the engine takes only some letters: those that turn a line around are among them.
    machine.name = text === HOSTILE.turning ? text : `vm-${index}`;
    machine.tags = { [text]: text };
    return machine;
  });
  return JSON.stringify(machines);
}
