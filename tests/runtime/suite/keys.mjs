import { assert, equal, rejects } from '../assert.mjs';
import { github, policyFor } from './policies.mjs';

const requestsTo = async (url) => (await (await fetch(`${url}/requests`)).json()).requests;
const change = (url) => fetch(`${url}/change`);

/** A verifier of one issuer on a clock of its own, whose keys are fetched in the background only when told to. */
export function observed({ createVerifier }, url, remoteKeys = {}) {
  const errors = [];
  const work = [];
  let now = Math.floor(Date.now() / 1000);
  const verifier = createVerifier({ policy: policyFor(url), clock: () => now, remoteKeys, onError: (error) => errors.push(error) });
  return {
    verifier,
    errors,
    authorize: (token) => verifier.authorize(token, { role: 'deploy', waitUntil: (promise) => work.push(promise) }),
    pass: (seconds) => (now += seconds),
    background: () => Promise.all(work.splice(0)),
    requests: () => requestsTo(url),
    change: () => change(url),
  };
}

export const KEYS = {
  'keys are fetched by discovery, once': async ({ createVerifier }, { tokens, issuers }) => {
    const verifier = createVerifier({ policy: policyFor(issuers.sound) });
    equal([verifier.issuers[0].issuer, ...verifier.issuersOf('deploy')], [issuers.sound, issuers.sound]);
    equal(verifier.keyReport('local'), undefined);
    const before = await requestsTo(issuers.sound);
    await Promise.all(Array.from({ length: 20 }, () => verifier.authorize(tokens.sound, { role: 'deploy' })));
    equal((await requestsTo(issuers.sound)) - before, 2);
    equal(verifier.keyReport('local'), { usable: [{ kid: 'rsa', alg: 'RS256' }], skipped: [], ambiguous: [] });
  },

  // A10, A11
  'a role of several issuers uses the keys of the one that a token names, and can narrow the audiences': async ({ createVerifier }, { tokens, issuers }) => {
    const [from, to] = [issuers['switched from'], issuers['switched to']];
    const loopback = (url) => ({ kind: 'loopback', port: Number(new URL(url).port) });
    const policy = policyFor(from);
    policy.audience = [policy.audience, 'https://other.example.com'];
    policy.issuers = { from: loopback(from), to: loopback(to) };
    policy.roles.deploy.issuer = ['from', 'to'];
    policy.roles.other = { ...policy.roles.deploy, audience: 'https://other.example.com' };
    const verifier = createVerifier({ policy });
    equal(verifier.issuersOf('deploy'), [from, to]);
    const before = await requestsTo(to);
    const first = await verifier.authorize(tokens['switched from'], { role: 'deploy' });
    equal([first.issuer, first.rule, first.audience, await requestsTo(to)], [from, 'allow[0]', 'https://deploy.example.com', before]);
    const second = await verifier.authorize(tokens['switched to'], { role: 'deploy' });
    equal([second.issuer, second.subject.check, (await requestsTo(to)) - before], [to, 'consistent', 2]);
    await rejects(verifier.authorize(tokens.sound, { role: 'deploy' }), { code: 'issuer_mismatch' });
    await rejects(verifier.authorize(tokens['switched to'], { role: 'other' }), { code: 'audience_mismatch' });
    equal(verifier.explainUnverified(tokens['switched to'], { role: 'other' }).audience.expected, ['https://other.example.com']);
  },

  'for what is no token no issuer is asked': async (api, { refused, issuers }) => {
    const { authorize, requests } = observed(api, issuers.unneeded);
    const malformed = refused.filter(({ code }) => ['token_segments', 'token_too_large', 'token_encoding', 'token_json', 'token_header'].includes(code));
    assert(malformed.length > 10);
    for (const { name, token, code } of malformed) await rejects(authorize(token), { code }, name);
    equal(await requests(), 0);
  },

  'keys can be fetched before the first token comes': async (api, { tokens, issuers }) => {
    const { verifier, authorize, requests } = observed(api, issuers.hydrating);
    await Promise.all([verifier.hydrate(), verifier.hydrate()]);
    equal(await requests(), 2);
    await authorize(tokens.hydrating);
    await verifier.hydrate();
    equal(await requests(), 2);
    await rejects(observed(api, issuers.failing).verifier.hydrate(), { code: 'keys_unavailable' });
  },

  'a rotated key is found at once': async (api, { tokens, issuers }) => {
    const { authorize, requests, change } = observed(api, issuers.rotating);
    await authorize(tokens.rotating);
    await change();
    await Promise.all(Array.from({ length: 20 }, () => authorize(tokens.rotated)));
    equal(await requests(), 4);
    await rejects(authorize(tokens.rotating), { code: 'key_unknown' });
    equal(await requests(), 4);
  },

  'made-up kids cost at most one fetch in a cooldown': async (api, { tokens, issuers }) => {
    const { authorize, requests, pass } = observed(api, issuers.guessed);
    await authorize(tokens.guessed);
    const [, payload, signature] = tokens.guessed.split('.');
    const madeUp = (index) => `${btoa(JSON.stringify({ alg: 'RS256', kid: `made up ${index}` })).replaceAll('=', '')}.${payload}.${signature}`;
    for (let index = 0; index < 10_000; index += 100) {
      const hundred = Array.from({ length: 100 }, (_, offset) => rejects(authorize(madeUp(index + offset)), { code: 'key_unknown' }));
      await Promise.all(hundred);
      if (index === 4900) pass(10);
    }
    // On a busy machine a fetch may take longer than half a second, and then another request makes its own.
    const asked = (await requests()) - 2;
    assert(asked === 2 * 2 || asked === 2 * 3 || asked === 2 * 4, `${asked} requests for two cooldowns`);
    await authorize(tokens.guessed);
  },

  // C3.
  'a key that is replaced under its kid is fetched, at most once in a cooldown': async (api, { tokens, issuers }) => {
    const { authorize, requests, pass, change } = observed(api, issuers.replacing);
    await authorize(tokens.replacing);
    await change();
    await Promise.all(Array.from({ length: 20 }, () => authorize(tokens.replaced)));
    equal(await requests(), 4);
    // To a verifier, a token of the old key is a forged one.
    for (const asked of [4, 6]) {
      for (let index = 0; index < 100; index += 1) await rejects(authorize(tokens.replacing), { code: 'signature_invalid' });
      equal(await requests(), asked);
      pass(10);
    }
    await authorize(tokens.replaced);
  },

  // C3.
  'jobs do not wait while keys are fetched because of a forged signature': async ({ createVerifier }, { tokens, issuers }) => {
    let release;
    let held;
    const hold = (...request) => (held ? held.then(() => fetch(...request)) : fetch(...request));
    const verifier = createVerifier({ policy: policyFor(issuers.sound), remoteKeys: { fetch: hold } });
    await verifier.authorize(tokens.sound, { role: 'deploy' });
    held = new Promise((resolve) => (release = resolve));
    let isRefused = false;
    const forger = rejects(verifier.authorize(tokens.forged, { role: 'deploy' }), { code: 'signature_invalid' }).then(() => (isRefused = true));
    for (let index = 0; index < 20; index += 1) await verifier.authorize(tokens.sound, { role: 'deploy' });
    assert(!isRefused);
    release();
    await forger;
  },

  // C4.
  'a key that is listed twice is one key': async (api, { tokens, issuers }) => {
    const { verifier, authorize } = observed(api, issuers.doubled);
    await authorize(tokens.doubled);
    equal(verifier.keyReport('local'), { usable: [{ kid: 'rsa', alg: 'RS256' }], skipped: [], ambiguous: [] });
  },

  // C5.
  "the address of keys may write out the default port, and no other than the issuer's origin": async ({ createVerifier }, { tokens, keys }) => {
    const issuer = 'https://token.actions.githubusercontent.com';
    const verify = (address) => {
      const answer = (url) => new Response(JSON.stringify(url === address ? keys : { issuer, jwks_uri: address }));
      return createVerifier({ policy: github(), remoteKeys: { fetch: async (url) => answer(url) } }).authorize(tokens.good, { role: 'deploy' });
    };
    for (const origin of [issuer, `${issuer}:443`]) await verify(`${origin}/.well-known/jwks`);
    const { host } = new URL(issuer);
    for (const address of [
      `${issuer}:8443/`, `${issuer}:80/`, `${issuer}:0443/`, `${issuer}:443`, `${issuer}:443@evil.example/`, `${issuer}:443.evil.example/`, `${issuer}.evil.example/`,
      `http://${host}/`, `http://${host}:443/`, `https://user@${host}/`, `https://user@${host}:443/`, `HTTPS://${host}/`, ` ${issuer}/`, `https:/\\${host}/`, `blob:${issuer}/a`,
    ]) {
      await rejects(verify(address), { code: 'keys_unavailable', message: /names keys that are not at the issuer's own origin$/ }, address);
    }
  },

  'Cache-Control is honoured within bounds': async (api, { tokens, issuers }) => {
    for (const [name, fresh] of [['sound', 600], ['brief', 120], ['aged', 90], ['unkept', 60], ['eternal', 600]]) {
      const { authorize, requests, pass } = observed(api, issuers[name]);
      const before = await requests();
      await authorize(tokens[name]);
      pass(fresh * 0.7);
      await authorize(tokens[name]);
      equal((await requests()) - before, 2, `${name}, while fresh`);
      pass(fresh * 0.3);
      await authorize(tokens[name]);
      equal((await requests()) - before, 4, `${name}, when no longer fresh`);
    }
    const { authorize, requests, pass } = observed(api, issuers.eternal, { maxFresh: 30 });
    const before = await requests();
    await authorize(tokens.eternal);
    pass(30);
    await authorize(tokens.eternal);
    equal((await requests()) - before, 4, 'a bound of the options');
  },

  'keys that have not changed are not sent again': async (api, { tokens, issuers }) => {
    const { verifier, authorize, pass, change } = observed(api, issuers.tagged);
    const statuses = async () => (await (await fetch(`${issuers.tagged}/requests`)).json()).statuses;
    await authorize(tokens.tagged);
    pass(600);
    await authorize(tokens.tagged);
    equal(await statuses(), [200, 304]);
    pass(599);
    await authorize(tokens.tagged);
    await change();
    await authorize(tokens['tagged later']);
    assert((await statuses()).at(-1) === 200);
    equal(verifier.keyReport('local').usable, [{ kid: 'rsa-other', alg: 'RS256' }]);
  },

  'keys are fetched in the background before they are too old': async (api, { tokens, issuers }) => {
    const { authorize, background, requests, pass } = observed(api, issuers.ahead);
    await authorize(tokens.ahead);
    await background();
    pass(481);
    await Promise.all(Array.from({ length: 20 }, () => authorize(tokens.ahead)));
    await background();
    equal(await requests(), 4);
    pass(479);
    await authorize(tokens.ahead);
    await background();
    equal(await requests(), 4);
  },

  'a clock that is set back makes nothing last': async (api, { tokens, issuers }) => {
    const { authorize, requests, pass } = observed(api, issuers.setBack);
    pass(200);
    await authorize(tokens.setBack);
    await authorize(tokens.setBack);
    equal(await requests(), 2);
    pass(-200);
    await authorize(tokens.setBack);
    equal(await requests(), 4);
  },
};
