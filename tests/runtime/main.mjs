// The suite in every runtime, with every provider that it has: `node main.mjs [NAME…]` runs those whose names start so.
import { availableParallelism } from 'node:os';
import { RUNTIMES } from './runtimes/index.mjs';
import { startWorld } from './world.mjs';

const wanted = process.argv.slice(2);
const rows = RUNTIMES.filter(({ name }) => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix))).flatMap((runtime) =>
  (runtime.hasHost ? ['host', 'wasm'] : ['wasm']).map((crypto) => ({ runtime, crypto })),
);

/** Runs the suite once, in a world of its own. What keeps it from running at all is a failure like any other. */
async function runRow({ runtime: { name, run, hasHost, caches }, crypto }) {
  const began = performance.now();
  const { world, close } = await startWorld();
  try {
    const results = await run({ ...world, crypto, hasHost, hasCaches: caches });
    return { name, crypto, results, seconds: (performance.now() - began) / 1000 };
  } catch (error) {
    return { name, crypto, results: [{ name: 'the suite runs', error: error.stack ?? String(error) }], seconds: 0 };
  } finally {
    close();
  }
}

const outcomes = [];
const queue = [...rows];
await Promise.all(
  Array.from({ length: Math.max(2, availableParallelism()) }, async () => {
    for (let row = queue.shift(); row; row = queue.shift()) outcomes.push(await runRow(row));
  }),
);

const isGreen = ({ results }) => results.length > 0 && results.every(({ error }) => !error);
const order = (row) => rows.findIndex(({ runtime, crypto }) => runtime.name === row.name && crypto === row.crypto);
outcomes.sort((a, b) => order(a) - order(b));
for (const { name, crypto, results } of outcomes) {
  for (const failed of results.filter(({ error }) => error)) console.log(`not ok  ${name}, ${crypto}: ${failed.name}\n${failed.error}\n`);
}
const width = Math.max(...outcomes.map(({ name }) => name.length));
console.log(`${'runtime'.padEnd(width)}  provider  passed`);
for (const outcome of outcomes) {
  const { name, crypto, results, seconds } = outcome;
  const passed = results.filter(({ error }) => !error).length;
  const verdict = isGreen(outcome) ? '' : results.length === 0 ? '  NOTHING WAS RUN' : '  FAILED';
  console.log(`${name.padEnd(width)}  ${crypto.padEnd(8)}  ${`${passed} of ${results.length}`.padEnd(9)} ${seconds.toFixed(1).padStart(5)} s${verdict}`);
}
process.exitCode = outcomes.length > 0 && outcomes.every(isGreen) ? 0 : 1;
process.exit();
