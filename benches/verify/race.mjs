// Side by side: blocks of each contestant's work by turns, each as often before the others as after them.
import { median } from '../lib/statistics.mjs';

/** Milliseconds. Blocks are long beside what clocks can tell, and short beside what disturbs a machine. */
const WARM_UP = 400;
const BLOCK = 8;
const ROUNDS = 24;

/**
 * The median microseconds that each contestant takes, by their names.
 *
 * @param {{ name: string, run: (count: number) => unknown }[]} contestants `run` does the work so often
 * @param {object} [options]
 * @param {number} [options.block] milliseconds
 * @param {number} [options.rounds]
 * @param {number} [options.overhead] milliseconds that a block takes without any work
 */
export async function race(contestants, { block = BLOCK, rounds = ROUNDS, overhead = 0 } = {}) {
  const time = async ({ run }, count) => {
    const began = performance.now();
    await run(count);
    return performance.now() - began - overhead;
  };
  const counts = new Map();
  for (const contestant of contestants) {
    const each = await warmUp((count) => time(contestant, count));
    counts.set(contestant, Math.max(1, Math.round(block / each)));
  }
  const blocks = new Map(contestants.map((contestant) => [contestant, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const contestant of [...contestants, ...contestants.toReversed()]) {
      const count = counts.get(contestant);
      blocks.get(contestant).push((await time(contestant, count)) / count);
    }
  }
  return Object.fromEntries([...blocks].map(([{ name }, times]) => [name, median(times) * 1000]));
}

/** Works for a while, and returns how many milliseconds one time takes in the end. */
async function warmUp(time) {
  const until = performance.now() + WARM_UP;
  for (let count = 1; ; ) {
    const took = await time(count);
    if (took < WARM_UP / 8) count *= 2;
    else if (performance.now() > until) return took / count;
  }
}
