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
  return {
    async use(id, expires) {
      if (used.has(id)) return false;
      if (used.size >= capacity) forget(used, clock());
      // To forget one that is not over would be to let it pass again.
      if (used.size >= capacity) throw new RangeError(`the replay store is full: it has ${capacity} tokens that are not over`);
      used.set(id, expires);
      return true;
    },
    async has(id) {
      return used.has(id);
    },
  };
}

/** @param {Map<string, number>} used @param {number} now */
function forget(used, now) {
  for (const [id, expires] of used) if (expires <= now) used.delete(id);
}
