// Runs a bench as WebAssembly: node run.mjs MODULE [lifecycle] [--quick]
import { readFile } from 'node:fs/promises';

const [module, ...flags] = process.argv.slice(2);
const bench = {
  now: () => Number(process.hrtime.bigint()),
  say: (start, bytes) => {
    const line = new Uint8Array(instance.exports.memory.buffer, start, bytes);
    process.stdout.write(`${new TextDecoder().decode(line)}\n`);
  },
};
const { instance } = await WebAssembly.instantiate(await readFile(module), { bench });
const quick = flags.includes('--quick') ? 1 : 0;
if (flags.includes('lifecycle')) process.exitCode = instance.exports.lifecycle(quick) ? 0 : 1;
else instance.exports.measure(quick);
