import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../../../tests/lib/ending.mjs';
import { require } from '../../lib/packages.mjs';
import { median } from '../../lib/statistics.mjs';
import { bundle, serve } from '../../lib/workerd.mjs';
import { race } from '../race.mjs';

/** Longer than in other runtimes, for the sake of what a request takes. */
const BLOCK = 20;
const ROUNDS = 12;
const EMPTY_REQUESTS = 200;

/** One Worker with all subjects, told by HTTP what to do and how often. */
export const inWorkerd = (flags) => async ({ world }) => {
  const { folder } = temporaryFolder();
  await bundle([fileURLToPath(new URL('../programs/worker.mjs', import.meta.url))], folder);
  const { port, stop } = await serve('worker', { folder, flags });
  const ask = async (what) => {
    const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: JSON.stringify(what) });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the Worker answered with ${answer.status}: ${text}`);
    return text;
  };
  const { rows, notes } = JSON.parse(await ask({ world }));
  const overhead = await timeOfNothing(() => ask({ row: 0, contestant: 0, count: 0 }));
  const measured = [];
  for (const [index, { contestants, ...row }] of rows.entries()) {
    const remote = contestants.map(({ name }, at) => ({ name, run: (count) => ask({ row: index, contestant: at, count }) }));
    measured.push({ ...row, times: await race(remote, { block: BLOCK, rounds: ROUNDS, overhead }) });
  }
  await stop();
  return { version: require('workerd/package.json').version, rows: measured, notes };
};

/** The median milliseconds of a request that does no work, warm. */
async function timeOfNothing(ask) {
  const times = [];
  for (let count = 0; count < 2 * EMPTY_REQUESTS; count += 1) {
    const began = performance.now();
    await ask();
    times.push(performance.now() - began);
  }
  return median(times.slice(EMPTY_REQUESTS));
}
