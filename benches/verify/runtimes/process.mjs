// Runtimes that are programs. What they run lies below the tests, where they find the packages.
import { join } from 'node:path';
import { run } from '../../../tests/lib/run.mjs';
import { median } from '../../lib/statistics.mjs';

const COLD_ROUNDS = 8;
const MEMORY_ROUNDS = 2;
const SUBJECTS = ['claimgate', 'jose'];

/** @param {{ program: string, args?: string[], hasMemory?: boolean }} options `hasMemory`: its memory is measured, too */
export function inProcess({ program, args = [], hasMemory = false }) {
  return async ({ folder, worldFile }) => {
    const start = (name, ...more) => run(program, [...args, join(folder, 'verify/programs', name), ...more, worldFile]);
    const { version, rows, notes } = JSON.parse(await start('rows.mjs'));
    const cold = await byTurns(COLD_ROUNDS, async (subject) => Number(await start('cold-start.mjs', subject)));
    rows.push({ name: 'cold start', times: mediansOf(cold, (microseconds) => microseconds) });
    if (hasMemory) {
      const script = join(folder, 'verify/programs/memory.mjs');
      const measure = async (subject) => JSON.parse(await run(program, ['--expose-gc', script, subject, worldFile]));
      const memory = await byTurns(MEMORY_ROUNDS, measure);
      for (const kind of ['rss', 'heap']) {
        rows.push({ name: `memory ${kind}`, times: mediansOf(memory, (bytes) => bytes[kind]) });
      }
    }
    return { version, rows, notes };
  };
}

/** A fresh process each time, and each subject as often before the other as after it. */
async function byTurns(rounds, measure) {
  const measured = Object.fromEntries(SUBJECTS.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const subject of [...SUBJECTS, ...SUBJECTS.toReversed()]) measured[subject].push(await measure(subject));
  }
  return measured;
}

const mediansOf = (measured, pick) =>
  Object.fromEntries(Object.entries(measured).map(([subject, all]) => [subject, median(all.map(pick))]));
