// Ends what a benchmark has begun, however the benchmark itself ends.
import { constants } from 'node:os';

/** What must be ended, in the order in which it was begun. */
const running = [];

let ending;

/** @param {() => unknown} end may be called for what has ended already */
export function atEnd(end) {
  running.push(end);
}

/** Runs a benchmark. */
export async function runToEnd(main) {
  try {
    await main();
  } finally {
    await endAll();
  }
}

/** Once: a signal that ends the servers makes the race fail, too, which would end them again. */
function endAll() {
  ending ??= (async () => {
    for (const end of running.toReversed()) await end();
  })();
  return ending;
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => endAll().finally(() => process.exit(128 + constants.signals[signal])));
}
