// `claimgate/caches`: where keys can be kept outside of an isolate.

/**
 * The Cache API: of a Worker's own data centre, of Deno, of a browser.
 *
 * @param {Cache} [given] the runtime's default one, or one named `claimgate`, unless given
 * @returns {import('../types.d.ts').KeyCache}
 */
export function cacheApi(given) {
  // Opened when it is used: where that fails, it is told of, and stops nobody.
  const open = async () => given ?? /** @type {{ default?: Cache }} */ (/** @type {unknown} */ (caches)).default ?? caches.open('claimgate');
  // A host that does not exist: no request can ever be answered with it.
  const request = (/** @type {string} */ name) => new Request(`https://claimgate.invalid/${encodeURIComponent(name)}`);
  return {
    get: async (name) => (await (await open()).match(request(name)))?.text(),
    async put(name, text, { ttl }) {
      const headers = { 'content-type': 'application/json', 'cache-control': `max-age=${ttl}` };
      await (await open()).put(request(name), new Response(text, { headers }));
    },
  };
}

/** The least life of an entry that Workers KV takes, in seconds. */
const KV_SECONDS = 60;

/**
 * A namespace of Workers KV.
 *
 * @param {import('./caches.d.ts').KvNamespace} namespace
 * @returns {import('../types.d.ts').KeyCache}
 */
export function workersKv(namespace) {
  return {
    get: (name) => namespace.get(name),
    put: (name, text, { ttl }) => namespace.put(name, text, { expirationTtl: Math.max(KV_SECONDS, ttl) }),
  };
}

/**
 * Deno KV. An entry has at most 64 KiB there: enough for GitHub's keys many times over.
 *
 * @param {import('./caches.d.ts').DenoKv} kv
 * @returns {import('../types.d.ts').KeyCache}
 */
export function denoKv(kv) {
  return {
    get: async (name) => /** @type {string | null} */ ((await kv.get([name])).value),
    async put(name, text, { ttl }) {
      await kv.set([name], text, { expireIn: ttl * 1000 });
    },
  };
}
