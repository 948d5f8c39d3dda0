/** How many objects share the tokens, unless told otherwise: each answers some hundred requests a second. */
const SHARDS = 16;

/** How many entries the storage lists, and deletes, at once. */
const PAGE = 128;

/** Entries that are over are deleted together, not more often than this. Milliseconds. */
const CLEAN_UP = 60_000;

/**
 * A namespace of Durable Objects of the class `ReplayObject`. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').DurableObjects} namespace
 * @param {{ shards?: number }} [options]
 * @returns {import('../types.d.ts').ReplayStore}
 */
export function durableObjectReplay(namespace, { shards = SHARDS } = {}) {
  return {
    async use(id, expires) {
      // The id is a hash, so its beginning spreads tokens evenly.
      const shard = Number.parseInt(id.slice(0, 8), 16) % shards;
      const stub = namespace.get(namespace.idFromName(`claimgate used ${shard} of ${shards}`));
      const response = await stub.fetch(`https://claimgate.invalid/?${new URLSearchParams({ id, expires: String(expires) })}`);
      if (response.status !== 200) throw new Error(`the durable object answered with status ${response.status}`);
      return (await response.text()) === 'first';
    },
  };
}

/** Keeps the tokens of one shard until they are over. For the Worker to export. */
export class ReplayObject {
  #storage;

  /** @param {import('./types.d.ts').DurableObjectState} state */
  constructor({ storage }) {
    this.#storage = storage;
  }

  /** @param {Request} request */
  async fetch(request) {
    const { searchParams } = new URL(request.url);
    const [id, expires] = [searchParams.get('id') ?? '', Number(searchParams.get('expires'))];
    if (id === '' || !Number.isSafeInteger(expires)) return new Response('`id` or `expires` is missing', { status: 400 });
    // While the storage is waited for nothing else of this object runs, so that of several at once one is the first.
    if ((await this.#storage.get(id)) !== undefined) return new Response('used');
    await this.#storage.put(id, expires);
    if ((await this.#storage.getAlarm()) === null) await this.#storage.setAlarm(expires * 1000 + CLEAN_UP);
    return new Response('first');
  }

  /** Deletes what is over, and comes again for the rest. */
  async alarm() {
    const now = Date.now() / 1000;
    let next = Infinity;
    let startAfter;
    for (;;) {
      /** @type {Map<string, number>} */
      const page = await this.#storage.list({ limit: PAGE, ...(startAfter !== undefined && { startAfter }) });
      const over = [...page].filter(([, expires]) => expires <= now).map(([id]) => id);
      if (over.length > 0) await this.#storage.delete(over);
      for (const expires of page.values()) if (expires > now) next = Math.min(next, expires);
      if (page.size < PAGE) break;
      startAfter = [...page.keys()].at(-1);
    }
    if (next !== Infinity) await this.#storage.setAlarm(next * 1000 + CLEAN_UP);
  }
}
