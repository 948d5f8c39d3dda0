import { checkInteger, checkMembers } from '../options.js';

/**
 * In the memory of one process. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').MemoryReplayOptions} [options]
 * @returns {import('../types.d.ts').ReplayStore}
 */
export function memoryReplay(options = {}) {
  checkMembers('options', options, ['capacity', 'clock']);
  const { capacity = 100_000, clock = () => Date.now() / 1000 } = options;
  checkInteger('capacity', capacity, 1);
  /** When each may be forgotten, by its id. @type {Map<string, number>} */
  const used = new Map();
  /** When the first of them may be, at the earliest. */
  let first = Infinity;
  return {
    use(id, expires) {
      if (used.has(id)) return false;
      // Not before that: to look through all of them is work.
      if (used.size >= capacity && first <= clock()) first = forget(used, clock());
      // To forget one that is not over would be to let it pass again.
      if (used.size >= capacity) throw new RangeError(`the replay store is full: it has ${capacity} tokens that are not over`);
      used.set(id, expires);
      first = Math.min(first, expires);
      return true;
    },
    has(id) {
      return used.has(id);
    },
  };
}

/**
 * @param {Map<string, number>} used
 * @param {number} now
 * @returns {number} when the next may be forgotten
 */
function forget(used, now) {
  let next = Infinity;
  for (const [id, expires] of used) {
    if (expires <= now) used.delete(id);
    else next = Math.min(next, expires);
  }
  return next;
}
