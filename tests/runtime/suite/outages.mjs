import { assert, equal, rejects } from '../assert.mjs';
import { observed } from './keys.mjs';
import { github, policyFor } from './policies.mjs';

export const OUTAGES = {
  'an issuer that is down is asked again after a while': async (api, { tokens, issuers }) => {
    const { authorize, requests, pass, change } = observed(api, issuers.recovering);
    await rejects(authorize(tokens.recovering), { code: 'keys_unavailable', retryAfter: 5 });
    await change();
    await rejects(authorize(tokens.recovering), { code: 'keys_unavailable' });
    equal(await requests(), 1);
    pass(5);
    equal((await authorize(tokens.recovering)).rule, 'allow[0]');
  },

  // C2.
  'an issuer that fails is asked again after growing pauses, or when it says so': async ({ createGate }, { tokens, issuers }) => {
    const start = Math.floor(Date.now() / 1000);
    for (const [name, expected] of [
      ['failing', [0, 5, 15, 35, 75, 135, 195, 255, 315, 375, 435, 495, 555, 615]],
      ['vague', [0, 5, 15, 35, 75, 135, 195, 255, 315, 375, 435, 495, 555, 615]],
      ['throttled', [0, 3600]],
      ['forever', [0, 3600]],
      ['unhurried', Array.from({ length: 21 }, (_, index) => 30 * index)],
      ['hasty', Array.from({ length: 121 }, (_, index) => 5 * index)],
    ]) {
      let time = 0;
      const asked = [];
      const counted = (...request) => (asked.push(time), fetch(...request));
      const gate = createGate({ policy: policyFor(issuers[name]), role: 'deploy', clock: () => start + time, remoteKeys: { fetch: counted }, onError: () => {}, handle: () => new Response() });
      const request = { headers: new Headers({ authorization: `Bearer ${tokens[name]}` }) };
      for (; time < 600; time += 1) {
        const { status, headers } = await gate(request);
        const next = expected.find((second) => second > time);
        equal([status, Number(headers.get('retry-after'))], [503, next - time], `${name}, second ${time}`);
      }
      equal(asked, expected.slice(0, -1), name);
    }
  },

  // C2.
  'a date to come back at is a number of seconds to callers': async (api, { tokens, issuers }) => {
    const { authorize } = observed(api, issuers.dated);
    const { retryAfter } = await authorize(tokens.dated).catch((error) => error);
    assert(retryAfter >= 120 && retryAfter < 600, String(retryAfter));
  },

  // C2.
  'keys in use are used while the issuer wants to be left alone, and one success ends it': async (api, { tokens, issuers }) => {
    const { authorize, background, requests, pass, change } = observed(api, issuers.throttling);
    await authorize(tokens.throttling);
    await change();
    for (let passed = 0; passed < 3600; passed += 60) {
      await authorize(tokens.throttling);
      await background();
      pass(60);
    }
    // In the background when most of their time had passed, and then for an hour no more.
    equal(await requests(), 3);
    await rejects(authorize(tokens.throttling), { code: 'keys_unavailable', retryAfter: 480 });
    await change();
    pass(480);
    await authorize(tokens.throttling);
    equal(await requests(), 5);
    pass(600);
    await change();
    await authorize(tokens.throttling);
    equal(await requests(), 6);
  },

  // C3.
  'forged signatures are refused as such while the issuer is down': async ({ createVerifier }, { tokens, issuers }) => {
    let isDown = false;
    const errors = [];
    const fetchOrFail = async (...request) => {
      if (isDown) throw new Error('down');
      return fetch(...request);
    };
    const verifier = createVerifier({ policy: policyFor(issuers.sound), remoteKeys: { fetch: fetchOrFail }, onError: (error) => errors.push(error) });
    await verifier.authorize(tokens.sound, { role: 'deploy' });
    isDown = true;
    for (let index = 0; index < 3; index += 1) await rejects(verifier.authorize(tokens.forged, { role: 'deploy' }), { code: 'signature_invalid' });
    equal(errors.map(({ code }) => code), ['keys_unavailable']);
    await verifier.authorize(tokens.sound, { role: 'deploy' });
  },

  // C7.
  'a body that can be iterated over is read like a stream, within the same bound': async ({ createVerifier }, { tokens, issuers }) => {
    const read = (change) => async (...request) => {
      const { status, headers, body } = await fetch(...request);
      return { status, headers, body: change(body.getReader()) };
    };
    async function* parts(reader) {
      for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
    }
    let isLeft = false;
    async function* endless() {
      try {
        for (;;) yield new Uint8Array(65_536);
      } finally {
        isLeft = true;
      }
    }
    const verify = (change) => createVerifier({ policy: policyFor(issuers.sound), remoteKeys: { fetch: read(change) } }).authorize(tokens.sound, { role: 'deploy' });
    equal((await verify(parts)).rule, 'allow[0]');
    await rejects(verify(endless), { code: 'keys_unavailable', message: /is larger than 524288 bytes$/ });
    assert(isLeft);
  },

  // C7.
  'a `fetch` that is not one is a clear error': async ({ createVerifier }, { tokens, issuers }) => {
    const hint = /: pass a function like the global `fetch`, such as the one of undici or node-fetch$/;
    const headers = new Headers();
    async function* texts() {
      yield '{}';
    }
    for (const answer of [undefined, 'text', { data: {} }, { status: 200, headers: {} }, { status: 200, headers, body: '{}' }, { status: 200, headers, body: texts() }]) {
      const verifier = createVerifier({ policy: policyFor(issuers.sound), remoteKeys: { fetch: async () => answer } });
      await rejects(verifier.authorize(tokens.sound, { role: 'deploy' }), { code: 'keys_unavailable', message: hint }, JSON.stringify(answer));
    }
  },

  // C7.
  'what `fetch` throws is reported, and not shown to callers': async ({ createGate }, { tokens }) => {
    const thrown = new TypeError('connect ECONNREFUSED proxy.internal:3128');
    const errors = [];
    const fail = async () => {
      throw thrown;
    };
    const gate = createGate({ policy: github(), role: 'deploy', explain: 'full', remoteKeys: { fetch: fail }, onError: (error) => errors.push(error), handle: () => new Response() });
    const response = await gate({ headers: new Headers({ authorization: `Bearer ${tokens.good}` }) });
    const body = await response.text();
    assert(response.status === 503 && body.includes('the request failed') && !body.includes('internal'), body);
    assert(errors.length === 1 && errors[0].cause === thrown, String(errors));
  },

  'the last good keys are kept through an outage, for a bounded time': async (api, { tokens, issuers }) => {
    const { authorize, background, errors, requests, pass, change } = observed(api, issuers.breaking, { maxStale: 1800 });
    // Tokens of a job live for minutes; this one's clock stands still while the keys grow old.
    const token = tokens['breaking, long'];
    await authorize(token);
    await change();
    pass(600);
    await authorize(token);
    equal(errors.map(({ code }) => code), ['keys_unavailable']);
    equal(await requests(), 3);
    for (let minute = 0; minute < 19; minute += 1) {
      pass(60);
      await authorize(token);
      await background();
    }
    // Only the first one waited for the outage to show.
    equal([errors.length, await requests()], [20, 22]);
    await rejects(authorize(tokens['breaking, rotated']), { code: 'keys_unavailable' });
    pass(60);
    await rejects(authorize(token), { code: 'keys_unavailable' });
    await change();
    pass(60);
    await authorize(token);
  },

  'good keys are not given up for an answer without any': async (api, { tokens, issuers }) => {
    const { authorize, change } = observed(api, issuers.emptying);
    await authorize(tokens.emptying);
    await change();
    await rejects(authorize(tokens.rotated), { code: 'keys_unavailable', message: /the key set has no usable key$/ });
    await authorize(tokens.emptying);
  },

  'a fetch that never ends is given up, and stops nobody else': async ({ createVerifier }, { tokens, issuers }) => {
    let hangs = true;
    let now = Math.floor(Date.now() / 1000);
    const deaf = (url, { signal, ...init }) => (hangs ? new Promise(() => {}) : fetch(url, init));
    const verifier = createVerifier({ policy: policyFor(issuers.sound), clock: () => now, remoteKeys: { fetch: deaf, timeout: 1 } });
    const attempt = () => verifier.authorize(tokens.sound, { role: 'deploy' });
    const first = rejects(attempt(), { code: 'keys_unavailable', message: /it took longer than 1000 ms$/ });
    await Promise.all([first, rejects(attempt(), { code: 'keys_unavailable' })]);
    hangs = false;
    now += 5;
    equal((await attempt()).rule, 'allow[0]');
  },

  'an issuer that hangs makes nobody wait while keys are kept': async ({ createVerifier }, { tokens, issuers }) => {
    let now = Math.floor(Date.now() / 1000);
    let hangs = false;
    let hanging = 0;
    const hang = () => {
      hanging += 1;
      return new Promise(() => {});
    };
    const remoteKeys = { fetch: (url, { signal, ...init }) => (hangs ? hang() : fetch(url, init)), timeout: 1 };
    const errors = [];
    const verifier = createVerifier({ policy: policyFor(issuers.sound), clock: () => now, remoteKeys, onError: (error) => errors.push(error) });
    const attempt = async () => {
      const began = Date.now();
      await verifier.authorize(tokens.sound, { role: 'deploy' });
      return Date.now() - began;
    };
    const settled = () => new Promise((resolve) => setTimeout(resolve, 2500));
    await attempt();
    hangs = true;
    now += 600;
    const first = await Promise.all(Array.from({ length: 20 }, attempt));
    assert(Math.max(...first) < 3000, `the first ones waited for the outage to show: ${first}`);
    await settled();
    // One of them may have started an attempt in place of the first one, which could have been cancelled.
    assert(hanging <= 2, `${hanging} attempts`);
    const before = hanging;
    now += 5;
    for (let index = 0; index < 40; index += 1) {
      const waited = await attempt();
      assert(waited < 500, `one waited ${waited} ms`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    equal(hanging - before, 1);
    hangs = false;
    await settled();
    equal(errors.map(({ code }) => code), ['keys_unavailable', 'keys_unavailable']);
    now += 10;
    await attempt();
  },

  'without keys nobody waits longer than for one fetch': async ({ createVerifier }, { tokens, issuers }) => {
    const now = Math.floor(Date.now() / 1000);
    const remoteKeys = { fetch: () => new Promise(() => {}), timeout: 1 };
    const verifier = createVerifier({ policy: policyFor(issuers.sound), clock: () => now, remoteKeys });
    const attempt = async () => {
      const began = Date.now();
      await rejects(verifier.authorize(tokens.sound, { role: 'deploy' }), { code: 'keys_unavailable' });
      return Date.now() - began;
    };
    const running = [];
    for (let index = 0; index < 30; index += 1) {
      running.push(attempt());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const waits = await Promise.all(running);
    assert(Math.max(...waits) < 1900, `they waited ${waits}`);
  },

  'a fetch that takes longer than the cooldown is not begun again for the same token': async ({ createVerifier }, { tokens, issuers }) => {
    let now = Math.floor(Date.now() / 1000);
    let fetches = 0;
    const slow = (url, init) => {
      fetches += 1;
      now += 2;
      return fetch(url, init);
    };
    const verifier = createVerifier({ policy: policyFor(issuers.sound), clock: () => now, remoteKeys: { fetch: slow, cooldown: 1 } });
    await rejects(verifier.authorize(tokens['other kid'], { role: 'deploy' }), { code: 'key_unknown' });
    assert(fetches <= 4, `${fetches} fetches`);
  },

  'work that cannot be kept alive is told of, and stops nobody': async ({ createVerifier }, { tokens, issuers }) => {
    const errors = [];
    const verifier = createVerifier({ policy: policyFor(issuers.sound), onError: (error) => errors.push(error) });
    const waitUntil = () => {
      throw new TypeError('Illegal invocation');
    };
    await verifier.authorize(tokens.sound, { role: 'deploy', waitUntil });
    assert(errors.length > 0 && errors.every(({ name }) => name === 'TypeError'), String(errors));
  },

  'an answer that comes when nobody waits any more changes nothing': async ({ createVerifier }, { tokens, issuers }) => {
    let now = Math.floor(Date.now() / 1000);
    const held = [];
    const late = (...request) => new Promise((resolve) => held.push(() => resolve(fetch(...request))));
    let current = late;
    const remoteKeys = { fetch: (url, { signal, ...init }) => current(url, init), timeout: 2 };
    const verifier = createVerifier({ policy: policyFor(issuers.sound), clock: () => now, remoteKeys });
    await rejects(verifier.authorize(tokens.sound, { role: 'deploy' }), { code: 'keys_unavailable' });
    equal(held.length, 1);
    for (const release of held.splice(0)) release();
    for (let waited = 0; held.length === 0 && waited < 3000; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20));
    equal(held.length, 1);
    for (const release of held.splice(0)) release();
    await new Promise((resolve) => setTimeout(resolve, 100));
    equal(verifier.keyReport('local'), undefined);
    current = fetch;
    now += 5;
    await verifier.authorize(tokens.sound, { role: 'deploy' });
  },

  'keys that cannot be had admit nobody': async ({ createVerifier }, { tokens, issuers }) => {
    for (const [name, message] of [
      ['failing', /openid-configuration` answered with status 500$/],
      ['redirecting', /jwks` answered with status (302|0)$/],
      ['redirecting discovery', /openid-configuration` answered with status (307|0)$/],
      ['unasked', /jwks` answered with status 304$/],
      ['garbled', /the key set is not strict JSON at line 1, column 12: the member `keys` occurs twice$/],
      ['unreadable', /openid-configuration` is not JSON$/],
      ['garbage', /openid-configuration` is not (JSON|UTF-8)$/],
      ['impostor', /is the metadata of another issuer$/],
      ['elsewhere', /names keys that are not at the issuer's own origin$/],
      // It is read, as large as it is.
      ['brimful', /the key set has no usable key$/],
      ['bloated', /jwks` is larger than 524288 bytes$/],
      ['flooding', /openid-configuration` is larger than 524288 bytes$/],
      ['stalling', /it took longer than 1000 ms$/],
      ['silent', /it took longer than 1000 ms$/],
      // Browsers try dropped connections again, until the time is over.
      ['dropping', /(the request failed|it took longer than 1000 ms)$/],
      ['breaking off', /(the request failed|it took longer than 1000 ms)$/],
      ['marked', /the key set is not strict JSON at line 1, column 1: /],
      ['binary', /jwks` is not UTF-8$/],
      ['useless', /the key set has no usable key: the key type `oct` is not supported \(`keys\[0\]`\)$/],
    ]) {
      const verifier = createVerifier({ policy: policyFor(issuers[name]), remoteKeys: { timeout: 1 } });
      const began = Date.now();
      await rejects(verifier.authorize(tokens[name], { role: 'deploy' }), { code: 'keys_unavailable', retryAfter: 5, message }, name);
      assert(Date.now() - began < 5000, `${name} took ${Date.now() - began} ms`);
    }
  },
};
