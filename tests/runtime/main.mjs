// The suite in every runtime, with every provider that it has: `node main.mjs [NAME…]` runs those whose names start so.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { runToEnd } from '../lib/ending.mjs';
import { RUNTIMES } from './runtimes/index.mjs';
import { startWorld } from './world.mjs';

/** How long one run may take, in seconds: many times what it needs, also on a busy machine. A run that hangs fails. */
const LIMIT = 240;
/** How long a run that hangs has to end what it has started, in seconds. */
const GRACE = 5;

const rows = RUNTIMES.flatMap((runtime) => runtime.providers.map((crypto) => ({ runtime, crypto })));

if (process.send) {
  const outcome = await runRow(rows[Number(process.argv[2])]);
  process.send(outcome, () => process.exit());
} else {
  await runToEnd(() => main(process.argv.slice(2)), { minutes: 18 });
}

/** Runs the suite once, in a world of its own. What keeps it from running at all is a failure like any other. */
async function runRow({ runtime: { run, defaults, hasHost = false, hasCurves, caches }, crypto }) {
  const { world, close } = await startWorld();
  try {
    return await run({ ...world, crypto, defaults, hasHost, hasCurves: hasCurves || crypto !== 'wasm', hasCaches: caches });
  } catch (error) {
    return failure(error.stack ?? String(error));
  } finally {
    close();
  }
}

/** Of what is no failure of a single test. */
function failure(error) {
  return [{ name: 'the suite runs', error }];
}

/** Runs a row in a process of its own, which ends in time, and with all that it has started. */
async function runApart(row) {
  const began = performance.now();
  const child = fork(new URL(import.meta.url), [String(rows.indexOf(row))]);
  const limits = [['SIGTERM', LIMIT], ['SIGKILL', LIMIT + GRACE]].map(([signal, limit]) => setTimeout(() => child.kill(signal), limit * 1000));
  let results;
  child.on('message', (received) => (results = received));
  await once(child, 'close');
  limits.forEach(clearTimeout);
  const seconds = (performance.now() - began) / 1000;
  return { ...row, results: results ?? failure(`it ended without results after ${seconds.toFixed(0)} s; the limit is ${LIMIT} s`), seconds };
}

async function main(wanted) {
  const chosen = rows.filter(({ runtime: { name } }) => wanted.length === 0 || wanted.some((prefix) => name.startsWith(prefix)));
  const width = Math.max(...chosen.map(({ runtime }) => runtime.name.length));
  console.log(`${'runtime'.padEnd(width)}  provider   passed`);
  const outcomes = [];
  const queue = [...chosen];
  const work = async () => {
    for (let row = queue.shift(); row; row = queue.shift()) {
      const outcome = await runApart(row);
      outcomes.push(outcome);
      printRow(outcome, width);
    }
  };
  // Outages take their time: a run waits for most of its own.
  await Promise.all(Array.from({ length: 2 * Math.max(2, availableParallelism()) }, work));
  outcomes.forEach(printFailures);
  return outcomes.length > 0 && outcomes.every(isGreen) ? 0 : 1;
}

function isGreen({ results }) {
  return results.length > 0 && results.every(({ error }) => !error);
}

function printRow(outcome, width) {
  const { runtime, crypto, results, seconds } = outcome;
  const passed = results.filter(({ error }) => !error).length;
  const verdict = isGreen(outcome) ? '' : results.length === 0 ? '  NOTHING WAS RUN' : '  FAILED';
  console.log(`${runtime.name.padEnd(width)}  ${crypto.padEnd(9)}  ${`${passed} of ${results.length}`.padEnd(9)} ${seconds.toFixed(1).padStart(5)} s${verdict}`);
}

function printFailures({ runtime, crypto, results }) {
  for (const { name, error } of results.filter(({ error }) => error)) console.log(`\nnot ok  ${runtime.name}, ${crypto}: ${name}\n${error}`);
}
