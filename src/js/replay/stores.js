import { optionError } from '../options.js';

/**
 * Deno KV. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').DenoKv} kv
 * @returns {import('../types.d.ts').ReplayStore}
 */
export function denoKvReplay(kv) {
  if (typeof kv?.atomic !== 'function') throw optionError('`denoKvReplay` needs what `await Deno.openKv()` gives');
  const keyOf = (/** @type {string} */ id) => ['claimgate', 'used', id];
  return {
    async use(id, expires) {
      const key = keyOf(id);
      // Only if there is none: of several at once one commits.
      const { ok } = await kv.atomic().check({ key, versionstamp: null }).set(key, true, { expireIn: expires * 1000 - Date.now() }).commit();
      return ok;
    },
    async has(id) {
      return (await kv.get(keyOf(id))).versionstamp !== null;
    },
  };
}

/**
 * Redis. See `types.d.ts`.
 *
 * @param {(command: string[]) => Promise<unknown>} send
 * @returns {import('../types.d.ts').ReplayStore}
 */
export function redisReplay(send) {
  if (typeof send !== 'function') throw optionError('`redisReplay` needs a function that sends a command to Redis');
  const keyOf = (/** @type {string} */ id) => `claimgate:used:${id}`;
  return {
    async use(id, expires) {
      const answer = await send(['SET', keyOf(id), '1', 'NX', 'PXAT', String(expires * 1000)]);
      // Only `OK` says that it was set: an answer that is neither says nothing.
      if (answer === 'OK') return true;
      if (answer === null) return false;
      throw new TypeError('redis answered neither `OK` nor null: does `send` resolve with its answer?');
    },
    async has(id) {
      const answer = await send(['EXISTS', keyOf(id)]);
      if (answer === 1) return true;
      if (answer === 0) return false;
      throw new TypeError('redis answered neither 1 nor 0: does `send` resolve with its answer?');
    },
  };
}
