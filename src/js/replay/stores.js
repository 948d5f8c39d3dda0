import { checkMembers, checkType, optionError } from '../options.js';

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
 * @param {import('./types.d.ts').RedisReplayOptions} [options]
 * @returns {Promise<import('./types.d.ts').ReplayStore>}
 */
export async function redisReplay(send, options = {}) {
  if (typeof send !== 'function') throw optionError('`redisReplay` needs a function that sends a command to Redis');
  checkMembers('options', options, ['noEviction']);
  checkType('noEviction', options.noEviction, 'boolean');
  await refuseEviction(send, options.noEviction === true);
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

/**
 * Refuses a Redis that evicts keys when its memory is full: a used token that is forgotten passes again.
 *
 * @param {(command: string[]) => Promise<unknown>} send
 * @param {boolean} isStated whether the caller states that it does not evict, for a Redis that does not say
 */
async function refuseEviction(send, isStated) {
  let cause;
  let memory;
  try {
    memory = await send(['INFO', 'memory']);
  } catch (error) {
    cause = error;
  }
  const [, policy] = /^maxmemory_policy:(\S+)/m.exec(String(memory)) ?? [];
  if (policy === 'noeviction' || (policy === undefined && isStated)) return;
  if (policy !== undefined) {
    throw optionError(`redis evicts keys (\`maxmemory-policy\` is \`${policy}\`), so that used tokens would pass again: set it to \`noeviction\``);
  }
  throw optionError('redis does not say whether it evicts keys (`INFO memory`): if its `maxmemory-policy` is `noeviction`, set `noEviction: true`', { cause });
}
