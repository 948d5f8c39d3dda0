import { assert, equal, rejects } from '../assert.mjs';
import { observed } from './keys.mjs';

/** A cache in memory, and what passed through it. */
function memory(entries = new Map()) {
  return {
    entries,
    get: async (name) => entries.get(name),
    put: async (name, text, { ttl }) => void entries.set(name, text).set('ttl', ttl),
  };
}

export const CACHES = {
  'keys that another isolate has fetched are not fetched again': async (api, { tokens, issuers }) => {
    const cache = memory();
    const first = observed(api, issuers.shared, { cache });
    await first.authorize(tokens.shared);
    await first.background();
    equal(cache.entries.get('ttl'), 3600);
    const second = observed(api, issuers.shared, { cache });
    await second.authorize(tokens.shared);
    equal(await second.requests(), 2);
    // A key that is not among them is looked for at the issuer, not in the cache.
    await second.change();
    await second.authorize(tokens['shared later']);
    equal(await second.requests(), 4);
    await rejects(second.authorize(tokens.shared), { code: 'key_unknown' });
    // What is there is no more fresh than it was: the bound counts from when the issuer was asked.
    const third = observed(api, issuers.shared, { cache });
    third.pass(600);
    await third.authorize(tokens['shared later']);
    equal(await third.requests(), 6);
  },

  'through an outage the cache has keys for new isolates, for as long as others keep them': async (api, { tokens, issuers }) => {
    const cache = memory();
    const first = observed(api, issuers.cut, { cache });
    await first.authorize(tokens['cut, long']);
    await first.background();
    await first.change();
    const second = observed(api, issuers.cut, { cache });
    second.pass(3590);
    await second.authorize(tokens['cut, long']);
    const third = observed(api, issuers.cut, { cache });
    third.pass(3600);
    await rejects(third.authorize(tokens['cut, long']), { code: 'keys_unavailable' });
  },

  'a cache that fails is told of, and stops nobody': async (api, { tokens, issuers, keys }) => {
    const name = `claimgate:keys:1:${issuers.sound}`;
    const entry = (changes) => memory(new Map([[name, JSON.stringify({ issuer: issuers.sound, jwks: '{"keys":[]}', checked: Math.floor(Date.now() / 1000), lifetime: 600, ...changes })]]));
    const broken = async () => {
      throw new Error('the cache is down');
    };
    for (const [label, cache, told] of [
      ['throwing', { get: broken, put: broken }, 2],
      ['slow', { get: () => new Promise(() => {}), put: async () => {} }, 1],
      ['synchronous', { get: () => null, put: () => {} }, 0],
      ['not JSON', memory(new Map([[name, '{']])), 0],
      ['null', memory(new Map([[name, 'null']])), 0],
      ['of another issuer', entry({ issuer: issuers.failing }), 0],
      ['without a time', entry({ checked: null }), 0],
      ['of the future', entry({ checked: 1e11, jwks: '{"keys":[{}]}' }), 1],
      ['without keys', entry({}), 1],
      ['with a tag that cannot be sent', entry({ checked: 1, etag: 'a\nb', jwks: JSON.stringify(keys) }), 0],
    ]) {
      const { authorize, background, errors } = observed(api, issuers.sound, { cache });
      equal((await authorize(tokens.sound)).rule, 'allow[0]', label);
      await background();
      equal(errors.length, told, `${label}: ${errors}`);
    }
  },

  'the caches of this runtime keep keys': async (api, { caches, hasCaches, tokens, issuers }) => {
    equal(Object.keys(caches), hasCaches);
    for (const [name, cache] of Object.entries(caches)) {
      const key = `test ${name} ${Math.random()}`;
      assert(((await cache.get(key)) ?? null) === null, name);
      await cache.put(key, 'text é', { ttl: 600 });
      equal(await cache.get(key), 'text é', name);
      const first = observed(api, issuers[`cached ${name}`], { cache });
      await first.authorize(tokens[`cached ${name}`]);
      await first.background();
      const second = observed(api, issuers[`cached ${name}`], { cache });
      await second.authorize(tokens[`cached ${name}`]);
      equal([await second.requests(), first.errors, second.errors], [2, [], []], name);
    }
  },
};
