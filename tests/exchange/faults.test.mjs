// What fails besides: stores, issuers, clocks, sinks, keys. Nobody gets a token then, and the job is told whether to try again.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createExchange, createMetrics } from 'claimgate/exchange';
import { memoryReplay } from 'claimgate/replay';
import { answerOfGithub } from '../lib/github.mjs';
import { exportsOf, fillMemory } from '../lib/instance.mjs';
import { jwks, now, signingKeys } from '../lib/tokens.mjs';
import { ISSUER, POLICY, SECRET, basic, createWorld, form, without } from './world.mjs';

const unavailable = ({ status, headers, body }) => [status, headers.get('retry-after'), headers.get('cache-control'), body.error, body.code];

test('a store that is down, or says nothing, gives no tokens and ends none', async () => {
  const down = () => Promise.reject(new Error('the store is at 10.0.0.7'));
  for (const [use, has] of [[down, down], [() => { throw new Error('down'); }, down], [async () => undefined, async () => 1], [async () => 'OK', async () => null]]) {
    const good = createWorld();
    const signer = signingKeys();
    const { access_token: token } = (await createWorld({ signer }).post('/token', form())).body;
    const { post, records, errors } = createWorld({ signer, replay: { use, has } });
    const expected = [503, '5', 'no-store', 'temporarily_unavailable', 'replay_unavailable'];
    for (const answer of [await post('/token', form()), await post('/revoke', { token }), await post('/introspect', { token }, basic())]) {
      assert.deepEqual(unavailable(answer), expected);
      assert.doesNotMatch(answer.text, /10\.0\.0\.7/);
    }
    assert.deepEqual(records().map(({ event, verdict, code }) => [event, verdict, code]), [['token_exchange', 'failed', 'replay_unavailable']]);
    assert.ok(errors.length > 0 && errors.every(({ code }) => code === 'replay_unavailable'));
    assert.equal((await good.post('/token', form())).status, 200);
  }
});

test('a store or a sink that hangs keeps nobody waiting for ever', { timeout: 120_000 }, async () => {
  const hang = () => new Promise(() => {});
  const ask = async (options) => (await createWorld(options).post('/token', form())).body.code;
  assert.deepEqual(await Promise.all([ask({ replay: { use: hang, has: hang } }), ask({ audit: hang })]), ['replay_unavailable', 'audit_unavailable']);
});

test('a store that is full refuses, and forgets nothing', async () => {
  const { post } = createWorld({ replay: memoryReplay({ capacity: 2 }) });
  const [first, second, third] = [form(), form(), form()];
  assert.deepEqual([(await post('/token', first)).status, (await post('/token', second)).status], [200, 200]);
  assert.equal((await post('/token', third)).body.code, 'replay_unavailable');
  assert.equal((await post('/token', first)).body.code, 'token_used');
});

test('an issuer whose keys cannot be had is told of as such', async () => {
  let isDown = true;
  const fetch = async (url) => {
    if (isDown) throw new Error('no route to 10.0.0.7');
    return answerOfGithub(url, jwks('rsa'));
  };
  let time = now();
  const { post, errors } = createWorld({ remoteKeys: { fetch }, clock: () => time });
  const asked = form();
  const answer = await post('/token', asked);
  assert.deepEqual(unavailable(answer), [503, '5', 'no-store', 'temporarily_unavailable', 'keys_unavailable']);
  assert.doesNotMatch(answer.text, /10\.0\.0\.7|githubusercontent/);
  assert.deepEqual(errors.map(({ code }) => code), ['keys_unavailable']);
  isDown = false;
  time += 6;
  assert.equal((await post('/token', asked)).status, 200, 'the token was not used up');
});

test('a clock that is off gives no tokens', async () => {
  const ask = async (clock) => {
    const world = createWorld({ clock });
    const { status, body } = await world.post('/token', form());
    return [status, body.error, body.code, world.errors.map(({ code, message }) => code ?? message)];
  };
  for (const clock of [() => Date.now(), () => Number.NaN, () => '1', () => -1]) assert.deepEqual(await ask(clock), [500, 'server_error', undefined, ['option_invalid']]);
  assert.deepEqual(await ask(() => { throw new Error('no clock'); }), [500, 'server_error', undefined, ['no clock']]);
  assert.deepEqual(await ask(() => now() - 3600), [400, 'invalid_request', 'token_not_yet_valid', []]);
  assert.deepEqual(await ask(() => now() + 3600), [400, 'invalid_request', 'token_expired', []]);
  // By the clock of the exchange the token holds, by that of its store it is long over, and would be forgotten at once.
  const late = createWorld({ clock: () => now() - 7200, onError: () => {} });
  const claims = { iat: now() - 7200, nbf: now() - 7500, exp: now() - 6900 };
  assert.equal((await late.post('/token', form({ claims }))).body.code, 'replay_unavailable');
  const behind = createWorld({ clock: () => now() - 1200, onError: () => {} });
  const { access_token: token } = (await behind.post('/token', form({ claims: { iat: now() - 1200, nbf: now() - 1500, exp: now() - 300 } }))).body;
  assert.equal((await behind.post('/revoke', { token })).body.code, 'replay_unavailable');
  assert.equal((await createWorld({ clock: () => now() + 300 }).get('/.well-known/jwks.json')).status, 200);
  assert.equal((await createWorld({ clock: () => Date.now() }).get('/.well-known/jwks.json')).status, 500);
});

test('no access token without its audit line; a refusal waits for none', async () => {
  for (const audit of [() => Promise.reject(new Error('disk full')), () => { throw new Error('disk full'); }]) {
    const { post, errors, metrics } = createWorld({ audit });
    assert.deepEqual(unavailable(await post('/token', form())), [503, '5', 'no-store', 'temporarily_unavailable', 'audit_unavailable']);
    const denied = await post('/token', form({ claims: { event_name: 'pull_request' } }));
    assert.deepEqual([denied.status, denied.body.code], [400, 'rule_denies']);
    assert.deepEqual(errors.map(({ code, message }) => code ?? message), ['audit_unavailable', 'disk full']);
    assert.match(metrics.text(), /\{verdict="failed",code="audit_unavailable",role="deploy"\} 1\n/);
  }
});

test('a mistake in the options is told when the exchange is made', () => {
  const make = (changes) => () => createExchange({ policy: POLICY, keys: { github: jwks('rsa') }, issuer: ISSUER, signer: signingKeys(), ...changes });
  make({})();
  const { current, next } = signingKeys();
  const cases = [
    [{ signer: undefined }, 'option_invalid', /^`signer` is missing: the keys that `npx claimgate keys new` makes$/],
    [{ signer: '' }, 'option_invalid', /^`signer` is missing/],
    [{ signer: './keys.json' }, 'option_invalid', /, and not the path of a file$/],
    [{ signer: Buffer.from('{}') }, 'option_invalid', /its text or its object/],
    [{ policy: { ...POLICY, roles: { gate: POLICY.roles.gate } } }, 'option_invalid', /^no role of the policy has a `grant`/],
    [{ resourceServers: { api: { secret: undefined, audience: 'a' } } }, 'option_invalid', /^`resourceServers\.api\.secret` is `undefined`: is an environment variable unset\?/, 'resourceServers.api.secret'],
    [{ resourceServers: { api: { audience: 'a' } } }, 'option_invalid', /^`resourceServers\.api\.secret` is missing: is the secret of the platform set\?$/],
    [{ resourceServers: { api: { secret: `${SECRET}\n`, audience: 'a' } } }, 'option_invalid', /without white space$/],
    [{ signer: '{' }, 'signing_keys_invalid', /^the signing keys are not an object of strict json, at byte 1/],
    [{ signer: current }, 'signing_keys_invalid', /may have the members `current`, `next` and `retired` alone: a single key belongs into `current`$/],
    [{ signer: {} }, 'signing_keys_invalid', /have no `current`/],
    [{ signer: { current, next: { ...next, d: undefined } } }, 'option_invalid', /^`signer\.next\.d` is `undefined`/, 'signer.next.d'],
    [{ signer: { current, next: without(next, 'd') } }, 'signing_keys_invalid', /^`next`: the signing key has no `d`/, 'next'],
    [{ signer: { current: { ...current, x: next.x } } }, 'signing_keys_invalid', /^`current`: the signing key is none, or its public part/, 'current'],
    [{ issuer: undefined }, 'option_invalid', /^`issuer` is missing/],
    [{ issuer: 'tokens.example.com' }, 'option_invalid', /^`issuer` must be an `https` address/],
    [{ issuer: 'http://tokens.example.com' }, 'option_invalid', /^`issuer` must be an `https` address/],
    [{ issuer: 'https://tokens.example.com?x' }, 'option_invalid', /without query and fragment/],
    [{ issuer: 'https://a:b@tokens.example.com' }, 'option_invalid', /^`issuer` must be/],
    [{ issuer: 'https://tokens.example.com/' }, 'option_invalid', /^`issuer` must be written as `https:\/\/tokens\.example\.com`$/],
    [{ issuer: 'https://Tokens.example.com' }, 'option_invalid', /must be written as `https:\/\/tokens\.example\.com`$/],
    [{ replay: {} }, 'option_invalid', /^`replay` must have a method `use`/],
    [{ replay: { use: async () => true } }, 'option_invalid', /^`replay` must have a method `has`/],
    [{ explain: 'all' }, 'option_invalid', /^`explain` must be/],
    [{ audit: console }, 'option_invalid', /^`audit` must be a function$/],
    [{ metrics: true }, 'option_invalid', /^`metrics` must be what `createMetrics` makes$/],
    [{ resourceServers: { api: { secret: 'short', audience: 'a' } } }, 'option_invalid', /^`resourceServers\.api\.secret` must be a random string of at least 22 characters/],
    [{ resourceServers: { api: { secret: SECRET } } }, 'option_invalid', /^`resourceServers\.api\.audience` must be/],
    [{ resourceServers: { api: SECRET } }, 'option_invalid', /^`resourceServers\.api` must be an object$/],
    [{ singer: 1 }, 'option_invalid', /^`options` has no member `singer`, did you mean `signer`\?$/],
    [{ policy: { ...POLICY, version: 2 } }, 'policy_value', /./],
  ];
  for (const [changes, code, message, place] of cases) assert.throws(make(changes), (error) => error.code === code && message.test(error.message) && (place === undefined || error.place === place), JSON.stringify(changes));
  make({ metrics: createMetrics(), issuer: 'http://127.0.0.1:8080/a' })();
});

test('a core that fails gives nothing, is told of, and is replaced with its policy, its issuers\' keys and its signing keys', async () => {
  const current = await exportsOf('exchange');
  const { post, get, records, errors } = createWorld({ crypto: 'wasm' });
  const { access_token: token } = (await post('/token', form())).body;
  const keySet = (await get('/.well-known/jwks.json')).text;
  const asked = form();
  const exchange = () => post('/token', asked);
  const others = [() => post('/revoke', { token }), () => post('/introspect', { token }, basic()), () => get('/.well-known/jwks.json')];
  // Room for the arguments alone, or not even for those.
  for (const [room, questions] of [[2048, [exchange]], [0, [...others, exchange]]]) {
    for (const ask of questions) {
      await get('/.well-known/jwks.json'); // by an instance that is sound
      fillMemory(current(), room);
      const { status, body } = await ask();
      assert.deepEqual([status, body], [500, { error: 'server_error', error_description: 'the exchange failed, and gave nothing' }]);
    }
    assert.deepEqual([records().at(-1).verdict, records().at(-1).code], ['failed', 'core_failed']);
    assert.ok(errors.splice(0).every(({ code, cause }) => code === 'core_failed' && cause instanceof WebAssembly.RuntimeError));
  }
  // The token of the job was not used up, and the access token was not revoked.
  assert.equal((await exchange()).status, 200);
  assert.equal((await post('/introspect', { token }, basic())).body.active, true);
  assert.equal((await get('/.well-known/jwks.json')).text, keySet);
});
