import { checkInteger, optionError } from '../options.js';

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
  if (typeof namespace?.idFromName !== 'function') {
    throw optionError('`durableObjectReplay` needs a namespace of Durable Objects: is the binding in the configuration of the Worker?');
  }
  checkInteger('shards', shards, 1);
  /** @param {string} path @param {string} id @param {Record<string, string>} [more] */
  async function ask(path, id, more) {
    // The id is a hash, so its beginning spreads tokens evenly.
    const shard = Number.parseInt(id.slice(0, 8), 16) % shards;
    const stub = namespace.get(namespace.idFromName(`claimgate used ${shard} of ${shards}`));
    const response = await stub.fetch(`https://claimgate.invalid/${path}?${new URLSearchParams({ id, ...more })}`);
    if (response.status !== 200) throw new Error(`the durable object answered with status ${response.status}`);
    return response.text();
  }
  return {
    use: async (id, expires) => (await ask('use', id, { expires: String(expires) })) === 'first',
    has: async (id) => (await ask('has', id)) === 'used',
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
    const { pathname, searchParams } = new URL(request.url);
    const id = searchParams.get('id') ?? '';
    if (id === '') return new Response('`id` is missing', { status: 400 });
    if (pathname === '/has') return new Response((await this.#storage.get(id)) === undefined ? 'unused' : 'used');
    const expires = Number(searchParams.get('expires'));
    if (!Number.isSafeInteger(expires) || expires <= 0) return new Response('`expires` is missing', { status: 400 });
    // While the storage is waited for nothing else of this object runs, so that of several at once one is the first.
    if ((await this.#storage.get(id)) !== undefined) return new Response('used');
    await this.#storage.put(id, expires);
    if ((await this.#storage.getAlarm()) === null) await this.#storage.setAlarm(expires * 1000 + CLEAN_UP);
    return new Response('first');
  }

  /** The time in seconds since 1970. */
  now() {
    return Date.now() / 1000;
  }

  /** Deletes what is over, and comes again for the rest. */
  async alarm() {
    const now = this.now();
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
