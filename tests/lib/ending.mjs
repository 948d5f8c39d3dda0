// Nothing outlives the process that started it, however that ends: when a test fails, hangs and is ended, or at a signal.
import { spawn as start } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/** What must be done before this process ends. */
const ends = new Set();

process.on('exit', () => {
  for (const end of [...ends].reverse()) {
    try {
      end();
    } catch (error) {
      console.error(error);
    }
  }
});
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => process.exit(128 + constants.signals[signal]));
// A parent that was killed could not say so.
const parent = process.ppid;
setInterval(() => process.ppid === parent || process.exit(1), 1000).unref();

/** `spawn` of Node, but the child is killed when this process ends. */
export function spawn(program, args, options) {
  const child = start(program, args, options);
  const kill = () => child.kill('SIGKILL');
  ends.add(kill);
  child.once('exit', () => ends.delete(kill)).once('error', () => ends.delete(kill));
  return child;
}

/**
 * A new folder, which is removed when this process ends, if `dispose` has not removed it before.
 *
 * @param {string} [prefix] of its path
 */
export function temporaryFolder(prefix = join(tmpdir(), 'claimgate-')) {
  const folder = mkdtempSync(prefix);
  const dispose = () => {
    // What is ended just now may still write.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    ends.delete(dispose);
  };
  ends.add(dispose);
  return { folder, dispose };
}

/** Closes a server of `node:http`, with its connections. */
export async function closeServer(server) {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/**
 * Runs a program that is not a test of `node:test`. The process ends when `main` has, whatever is still open.
 *
 * @param {() => Promise<number | void>} main resolves to the exit code
 * @param {{ minutes?: number }} [limit]
 */
export async function runToEnd(main, { minutes } = {}) {
  const fail = (error) => {
    console.error(error);
    process.exit(1);
  };
  if (minutes !== undefined) setTimeout(fail, minutes * 60_000, `error: it did not end within ${minutes} minutes`);
  process.exit((await main().catch(fail)) ?? 0);
}
