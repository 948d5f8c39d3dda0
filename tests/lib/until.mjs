import assert from 'node:assert/strict';

/** How long something may take to come on a busy machine, in milliseconds. */
export const PATIENCE = 60_000;

/**
 * Waits for something that happens in another process; that it does not is a failure.
 *
 * @template T
 * @param {() => T | Promise<T>} look returns something truthy once it has happened
 * @param {string} what it is
 * @returns {Promise<T>}
 */
export async function until(look, what) {
  for (const began = performance.now(); ; await new Promise((rest) => setTimeout(rest, 20))) {
    const found = await look();
    if (found) return found;
    assert.ok(performance.now() - began < PATIENCE, `${what}: it did not happen within ${PATIENCE / 1000} s`);
  }
}
