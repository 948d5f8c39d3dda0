/**
 * Deno KV. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').DenoKv} kv
 * @returns {import('../types.d.ts').ReplayStore}
 */
export function denoKvReplay(kv) {
  return {
    async use(id, expires) {
      const key = ['claimgate', 'used', id];
      // Only if there is none: of several at once one commits.
      const { ok } = await kv.atomic().check({ key, versionstamp: null }).set(key, true, { expireIn: expires * 1000 - Date.now() }).commit();
      return ok;
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
  return {
    async use(id, expires) {
      const answer = await send(['SET', `claimgate:used:${id}`, '1', 'NX', 'PXAT', String(expires * 1000)]);
      // Only `OK` says that it was set: an answer that is neither says nothing.
      if (answer === 'OK') return true;
      if (answer === null) return false;
      throw new TypeError('redis answered neither `OK` nor null: does `send` resolve with its answer?');
    },
  };
}
