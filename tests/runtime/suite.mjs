// One suite for every runtime. It uses the package under test, `fetch`, and what the runner hands over: `tokens`, keys, and
// the addresses of issuers.
import { assert, equal, rejects, throws } from './assert.mjs';

const AUDIENCE = 'https://deploy.example.com';

/** A policy for one issuer of the world. */
const policyFor = (url, allow = [{ repository_id: '74', environment: 'prod' }]) => ({
  version: 1,
  audience: AUDIENCE,
  issuers: { local: { kind: 'loopback', port: Number(new URL(url).port) } },
  roles: { deploy: { issuer: 'local', allow, deny: [{ event_name: 'pull_request' }], grant: { audience: 'https://api.example.com' } } },
});
const github = (changes = {}) => ({ ...policyFor('http://127.0.0.1:1'), issuers: { local: { kind: 'github' } }, ...changes });
const requestsTo = async (url) => (await (await fetch(`${url}/requests`)).json()).requests;

export const TESTS = {
  "the documentation's sample verifies at its time and is refused as expired now": async ({ createVerifier }, { tokens, keys }) => {
    const policy = github({ audience: 'https://github.com/octo-org' });
    const then = createVerifier({ policy, keys: { local: keys }, clock: () => 1632493600.9 });
    equal((await then.authorize(tokens.sample, { role: 'deploy' })).rule, 'allow[0]');
    const now = createVerifier({ policy, keys: { local: keys } });
    await rejects(now.authorize(tokens.sample, { role: 'deploy' }), { code: 'token_expired', claim: 'exp' });
  },

  'an authorization says who, by which rule, and what is granted': async ({ createVerifier }, { tokens, keys }) => {
    const job = await createVerifier({ policy: JSON.stringify(github()), keys: { local: JSON.stringify(keys) } }).authorize(tokens.good, { role: 'deploy' });
    equal([job.role, job.rule, job.issuer, job.audience], ['deploy', 'allow[0]', 'https://token.actions.githubusercontent.com', AUDIENCE]);
    equal([job.claims.repository, job.claims.repo_property_team, job.claims.later], ['octo-org/octo-repo', 'web', { a: [1] }]);
    equal(job.subject, {
      check: 'consistent',
      repository: 'classic',
      customised: false,
      segments: [
        { key: 'repo', value: 'octo-org/octo-repo' },
        { key: 'environment', value: 'prod' },
      ],
    });
    equal(job.grant, { audience: 'https://api.example.com', scope: [], ttl: 900 });
    equal(JSON.parse(JSON.stringify(job)).claims.actor, 'octocat');
  },

  'an authorization can be neither made nor changed': async ({ createVerifier }, { tokens, keys }) => {
    const job = await createVerifier({ policy: github(), keys: { local: keys } }).authorize(tokens.good, { role: 'deploy' });
    throws(() => new job.constructor(Symbol(), {}), { name: 'TypeError' });
    throws(() => Object.create(job.constructor.prototype).role, { name: 'TypeError' });
    throws(() => (job.role = 'admin'), { name: 'TypeError' });
    throws(() => (job.claims.repository = 'octo-org/other'), { name: 'TypeError' });
    throws(() => (job.claims.later.a = 2), { name: 'TypeError' });
    throws(() => job.grant.scope.push('admin'), { name: 'TypeError' });
    throws(() => (job.explanation[0].matched = false), { name: 'TypeError' });
    throws(() => Object.defineProperty(job.constructor.prototype, 'rule', { get: () => 'hacked' }), { name: 'TypeError' });
  },

  'a denial explains each condition, and hides what the policy expects when told so': async ({ createVerifier }, { tokens, keys }) => {
    const verifier = createVerifier({ policy: github(), keys: { local: keys } });
    const [rule, environment] = await verifier.authorize(tokens.capitals, { role: 'deploy' }).catch(({ explanation }) => {
      const rule = explanation.find(({ effect }) => effect === 'allow');
      return [rule, rule.conditions.find(({ claim }) => claim === 'environment')];
    });
    equal([rule.rule, rule.matched, rule.conditions.length], ['allow[0]', false, 2]);
    const hint = 'the values differ in case only, and case counts';
    equal(environment, { claim: 'environment', matched: false, expected: ['prod'], found: 'Prod', nearest: { kind: 'case', hint } });

    const error = await verifier.authorize(tokens.capitals, { role: 'deploy', explain: 'claims' }).catch((error) => error);
    equal(error.explanation.find(({ effect }) => effect === 'allow').conditions[1], { ...environment, expected: null, nearest: null });
    assert(!JSON.stringify([error.message, error.explanation]).includes('prod'), error.message);
    await rejects(verifier.authorize(tokens.good, { role: 'depoly' }), { code: 'role_unknown', suggestion: 'deploy' });
    await rejects(verifier.authorize(tokens.good, { role: 'depoly', explain: 'claims' }), { code: 'role_unknown', suggestion: undefined });
  },

  'every token that must not pass is refused with its code': async ({ createVerifier }, { refused, keys }) => {
    const verifier = createVerifier({ policy: github(), keys: { local: keys } });
    assert(refused.length > 20);
    for (const { name, token, code, place } of refused) {
      await rejects(verifier.authorize(token, { role: 'deploy' }), { name: 'ClaimgateError', code, place }, name);
    }
  },

  'leeway, maximum age and algorithms are options': async ({ createVerifier }, { tokens, keys }) => {
    const at = (seconds, options = {}) =>
      createVerifier({ policy: github({ audience: 'https://github.com/octo-org' }), keys: { local: keys }, clock: () => seconds, ...options })
        .authorize(tokens.sample, { role: 'deploy' });
    const exp = 1632493867;
    await at(exp + 59);
    await rejects(at(exp + 60), { code: 'token_expired' });
    await rejects(at(exp, { leeway: 0 }), { code: 'token_expired' });
    await at(exp + 299, { leeway: 300 });
    await rejects(at(exp - 1, { maxAge: 60 }), { code: 'token_too_old' });
    await rejects(at(exp - 1, { algorithms: ['ES256'] }), { code: 'key_unknown' });
    for (const time of [Number.NaN, -1, Date.now(), '1', 1n]) await rejects(at(time), { code: 'option_invalid' });
  },

  'a wrong policy or option is one clear error': async ({ createVerifier, createGate, decodeUnverified }, { keys }) => {
    throws(() => createVerifier({ policy: github({ roels: {} }) }), { code: 'policy_member_unknown', place: 'roels', suggestion: 'roles' });
    throws(() => createVerifier({ policy: '{' }), { code: 'policy_json' });
    throws(() => createVerifier({ policy: policyFor('http://127.0.0.1:1', [{ environment: 'prod' }]) }), { code: 'policy_unscoped', place: 'roles.deploy.allow[0]' });
    const policy = github();
    for (const [options, message] of [
      [{ policy, leewey: 1 }, '`options` has no member `leewey`, did you mean `leeway`?'],
      [{ policy, leeway: 301 }, 'a leeway of 301 s is too long, it may be at most 300 s'],
      [{ policy, leeway: -1 }, '`leeway` must be a whole number of at least 0, not `-1`'],
      [{ policy, algorithms: ['RS257'] }, 'the algorithm `RS257` is not supported, did you mean `RS256`?'],
      [{ policy, algorithms: [] }, '`algorithms` must be a list of at least one, such as `["RS256"]`'],
      [{ policy, keys: { locl: keys } }, '`keys` has no member `locl`, did you mean `local`?'],
      [{ policy, keys: { local: 7 } }, '`keys.local` must be an object of JSON, or its text'],
      [{ policy, keys: {} }, "`keys` has no key set for the policy's issuer `local`"],
      [{ policy, keys: { local: { keys: [] } } }, undefined],
      [{ policy, algorithms: [1] }, '`algorithms` must be a string'],
      [{ policy, leeway: Symbol('x') }, '`leeway` must be a whole number of at least 0, not `Symbol(x)`'],
      [{ policy: { toJSON() {} } }, '`policy` must be an object of JSON, or its text'],
      [{ policy: { big: 1n } }, '`policy` must be an object of JSON, or its text'],
      [Object.create({ policy, oops: 1 }), '`options` has no member `oops`'],
      [{ policy, keys: {}, fetch }, 'give `keys`, which are fixed, or `fetch`, which gets them, but not both'],
      [{ policy, clock: 7 }, '`clock` must be a function'],
      [{}, '`policy` must be an object of JSON, or its text'],
      [undefined, '`options` must be an object'],
    ]) {
      throws(() => createVerifier(options), message === undefined ? { code: 'key_set_malformed' } : { code: 'option_invalid', message });
    }
    const handle = () => new Response();
    for (const [options, message] of [
      [undefined, '`options` must be an object'],
      [{ policy, role: 'deploy', handle, explian: 'full' }, '`options` has no member `explian`, did you mean `explain`?'],
      [{ policy, role: 'deploy', handle, explain: 'ful' }, '`explain` must be `full` or `claims`, not `ful`'],
      [{ policy, verifier: createVerifier({ policy }), role: 'deploy', handle }, '`policy` is an option of the verifier: give it there, or leave out `verifier`'],
      [{ verifier: createVerifier({ policy }), role: 'deploy', handle, explian: 'full' }, '`options` has no member `explian`, did you mean `explain`?'],
      [{ policy, role: 7, handle }, '`role` must be a string'],
    ]) {
      throws(() => createGate(options), { code: 'option_invalid', message });
    }
    throws(() => createGate({ policy, role: 'deploy' }), { code: 'option_invalid' });
    throws(() => createGate({ policy, role: 'depoly', handle: () => {} }), { code: 'role_unknown', suggestion: 'deploy' });
    await rejects(createVerifier({ policy }).authorize('x', { rol: 'deploy' }), { code: 'option_invalid' });
    // What is not a string must never reach the core's memory.
    for (const token of [undefined, null, 5, true, { length: 1e9 }, ['a.b.c']]) {
      await rejects(createVerifier({ policy }).authorize(token, { role: 'deploy' }), { code: 'option_invalid', message: '`token` must be a string' });
      throws(() => decodeUnverified(token), { code: 'option_invalid' });
      throws(() => createVerifier({ policy }).issuerOf(token), { code: 'option_invalid' });
    }
  },

  'a token is decoded without being believed': async ({ decodeUnverified }, { tokens }) => {
    const { header, claims } = decodeUnverified(tokens.sample);
    equal([header, claims.actor], [{ alg: 'RS256', kid: 'rsa' }, 'octocat']);
    throws(() => decodeUnverified('a.b'), { code: 'token_segments', message: 'the token has 2 segments joined by `.`, a signed one has 3' });
    throws(() => decodeUnverified(tokens.prototype), { code: 'token_json', place: 'payload' });
    throws(() => decodeUnverified(`${tokens.sample}=`), { code: 'token_encoding', place: 'signature' });
    throws(() => decodeUnverified('eyJ0eXAiOiJhdCtqd3QifQ..'), { code: 'token_header', place: 'header.typ' });
  },

  'keys are fetched by discovery, once': async ({ createVerifier }, { tokens, issuers }) => {
    const verifier = createVerifier({ policy: policyFor(issuers.sound) });
    equal([verifier.issuers[0].issuer, verifier.issuerOf('deploy')], [issuers.sound, issuers.sound]);
    equal(verifier.keyReport('local'), undefined);
    const attempt = () => verifier.authorize(tokens.sound, { role: 'deploy' });
    await Promise.all(Array.from({ length: 20 }, attempt));
    equal(await requestsTo(issuers.sound), 2);
    equal(verifier.keyReport('local'), { usable: [{ kid: 'rsa', alg: 'RS256' }], skipped: [], ambiguous: [] });
  },

  'rotated keys are found, and made-up kids cost one fetch in a while': async ({ createVerifier }, { tokens, issuers }) => {
    let now = Date.now() / 1000;
    const verifier = createVerifier({ policy: policyFor(issuers.rotating), clock: () => now });
    const attempt = (token) => verifier.authorize(token, { role: 'deploy' });
    await attempt(tokens.rotating);
    await rejects(attempt(tokens.rotated), { code: 'key_unknown' });
    equal(await requestsTo(issuers.rotating), 2);
    await fetch(`${issuers.rotating}/rotate`);
    await rejects(attempt(tokens.rotated), { code: 'key_unknown' });
    now += 30;
    await attempt(tokens.rotated);
    equal(await requestsTo(issuers.rotating), 4);
    await rejects(attempt(tokens.rotating), { code: 'key_unknown' });
    equal(await requestsTo(issuers.rotating), 4);
    now += 600;
    await rejects(attempt(tokens.rotating), { code: 'key_unknown' });
    equal(await requestsTo(issuers.rotating), 6);
  },

  'an issuer that is down is asked again after a while': async ({ createVerifier }, { tokens, issuers }) => {
    let now = Date.now() / 1000;
    const verifier = createVerifier({ policy: policyFor(issuers.recovering), clock: () => now });
    const attempt = () => verifier.authorize(tokens.recovering, { role: 'deploy' });
    await rejects(attempt(), { code: 'keys_unavailable', retryAfter: 5 });
    await fetch(`${issuers.recovering}/rotate`);
    await rejects(attempt(), { code: 'keys_unavailable' });
    equal(await requestsTo(issuers.recovering), 1);
    now += 5;
    equal((await attempt()).rule, 'allow[0]');
  },

  'good keys are not given up for an answer without any': async ({ createVerifier }, { tokens, issuers }) => {
    let now = Date.now() / 1000;
    const verifier = createVerifier({ policy: policyFor(issuers.emptying), clock: () => now });
    const attempt = (token) => verifier.authorize(token, { role: 'deploy' });
    await attempt(tokens.emptying);
    await fetch(`${issuers.emptying}/rotate`);
    now += 60;
    await rejects(attempt(tokens.rotated), { code: 'keys_unavailable', message: /the key set has no usable key$/ });
    await attempt(tokens.emptying);
  },

  'a clock that is set back makes nothing last': async ({ createVerifier }, { tokens, issuers }) => {
    let now = Date.now() / 1000 + 200;
    const verifier = createVerifier({ policy: policyFor(issuers.setBack), clock: () => now });
    const attempt = () => verifier.authorize(tokens.setBack, { role: 'deploy' });
    await attempt();
    await attempt();
    equal(await requestsTo(issuers.setBack), 2);
    now -= 200;
    await attempt();
    equal(await requestsTo(issuers.setBack), 4);
  },

  'a fetch that never ends is given up, and stops nobody else': async ({ createVerifier }, { tokens, issuers }) => {
    let hangs = true;
    const deaf = (url, { signal, ...init }) => (hangs ? new Promise(() => {}) : fetch(url, init));
    const verifier = createVerifier({ policy: policyFor(issuers.sound), fetch: deaf });
    const attempt = () => verifier.authorize(tokens.sound, { role: 'deploy' });
    const first = rejects(attempt(), { code: 'keys_unavailable', message: /it took longer than 5000 ms$/ });
    await Promise.all([first, rejects(attempt(), { code: 'keys_unavailable' })]);
    hangs = false;
    await new Promise((resolve) => setTimeout(resolve, 5100));
    equal((await attempt()).rule, 'allow[0]');
  },

  'keys that cannot be had admit nobody': async ({ createVerifier }, { tokens, issuers }) => {
    for (const [name, message] of [
      ['failing', /openid-configuration` answered with status 500$/],
      ['redirecting', /jwks` answered with status (302|0)$/],
      ['garbled', /the key set is not strict json at byte 20: the member `keys` occurs twice$/],
      ['unreadable', /openid-configuration` is not JSON$/],
      ['impostor', /is the metadata of another issuer$/],
      ['elsewhere', /names keys that are not at the issuer's own origin$/],
      ['bloated', /jwks` is larger than 524288 bytes$/],
      ['stalling', /it took longer than 5000 ms$/],
      ['dropping', /the request failed$/],
      ['marked', /the key set is not strict json at byte 0: /],
      ['binary', /jwks` is not UTF-8$/],
      ['useless', /the key set has no usable key: the key type `oct` is not supported$/],
    ]) {
      const verifier = createVerifier({ policy: policyFor(issuers[name]) });
      await rejects(verifier.authorize(tokens[name], { role: 'deploy' }), { code: 'keys_unavailable', retryAfter: 5, message }, name);
    }
  },

  'the gate lets through who has the role': async ({ createGate }, { tokens, keys }) => {
    const gate = createGate({
      policy: github(),
      keys: { local: keys },
      role: 'deploy',
      handle: (request, job, env, ctx) => Response.json({ url: request.url, rule: job.rule, env, ctx }),
    });
    const request = new Request('https://gate.example/x', { headers: { authorization: `bearer  ${tokens.good}` } });
    const response = await gate(request, 'env', 'ctx');
    equal([response.status, await response.json()], [200, { url: 'https://gate.example/x', rule: 'allow[0]', env: 'env', ctx: 'ctx' }]);
  },

  'the gate refuses with a challenge and a problem that names the check': async ({ createGate }, { tokens, keys, issuers }) => {
    let handled = 0;
    const handle = () => new Response(String(handled++));
    const closed = createGate({ policy: github(), keys: { local: keys }, role: 'deploy', handle });
    const ask = async (gate, authorization) => {
      const response = await gate(new Request('https://gate.example/', { headers: authorization === undefined ? {} : { authorization } }));
      equal(response.headers.get('content-type'), 'application/problem+json');
      equal(response.headers.get('cache-control'), 'no-store');
      const body = await response.json();
      equal(body.status, response.status);
      return { status: response.status, challenge: response.headers.get('www-authenticate'), retry: response.headers.get('retry-after'), body };
    };
    for (const authorization of [undefined, 'Basic dTpw', '']) {
      const { status, challenge, body } = await ask(closed, authorization);
      equal([status, challenge, body.code], [401, 'Bearer', 'token_missing']);
    }
    const malformed = await ask(closed, 'Bearer a.b');
    equal([malformed.status, malformed.challenge], [401, 'Bearer error="invalid_token", error_description="the token has 2 segments joined by `.`, a signed one has 3"']);
    equal(malformed.body.type, 'https://docs.rs/claimgate/latest/claimgate/enum.Code.html#variant.TokenSegments');
    const denied = await ask(closed, `Bearer ${tokens.capitals}`);
    equal([denied.status, denied.body.code, denied.body.role], [403, 'no_rule_matches', 'deploy']);
    assert(denied.challenge.startsWith('Bearer error="insufficient_scope", error_description="'), denied.challenge);
    assert(!JSON.stringify(denied.body).includes('"prod"'), 'the policy is not told');
    for (const name of ['audience', 'issuer', 'kid']) {
      const { status, body } = await ask(closed, `Bearer ${tokens[`other ${name}`]}`);
      assert(status === 401 && !/deploy\.example|githubusercontent/.test(body.detail), body.detail);
    }
    const hostile = await ask(createGate({ policy: github(), keys: { local: keys }, role: 'deploy', handle, explain: 'full' }), `Bearer ${tokens.hostile}`);
    assert(/^[\x20-\x7e]+$/.test(hostile.challenge), hostile.challenge);
    const errors = [];
    const reporting = { role: 'deploy', handle, onError: (error) => errors.push(error) };
    const down = await ask(createGate({ policy: policyFor(issuers.failing), ...reporting }), `Bearer ${tokens.failing}`);
    equal([down.status, down.retry, down.body.code, down.body.detail], [503, '5', 'keys_unavailable', undefined]);
    const told = await ask(createGate({ policy: policyFor(issuers.failing), ...reporting, explain: 'full' }), `Bearer ${tokens.failing}`);
    assert(told.body.detail.endsWith('answered with status 500'), told.body.detail);
    for (const clock of [() => Number.NaN, () => { throw new Error('secret'); }]) {
      const broken = await ask(createGate({ policy: github(), keys: { local: keys }, clock, ...reporting }), `Bearer ${tokens.good}`);
      equal([broken.status, broken.challenge, Object.keys(broken.body)], [500, null, ['type', 'title', 'status']]);
    }
    for (const onError of [() => { throw new Error('told'); }, async () => { throw new Error('told'); }]) {
      const gate = createGate({ policy: policyFor(issuers.failing), role: 'deploy', handle, onError });
      equal((await ask(gate, `Bearer ${tokens.failing}`)).status, 503);
    }
    const once = createGate({ policy: policyFor(issuers.failing), ...reporting });
    for (let i = 0; i < 3; i += 1) await ask(once, `Bearer ${tokens.failing}`);
    errors.pop();
    const many = github({ audience: 'https://deploy.example.com' });
    many.roles.deploy.allow = [{ repository_id: Array.from({ length: 800 }, (_, index) => `${1000 + index}`) }];
    const listed = await ask(createGate({ policy: many, keys: { local: keys }, explain: 'full', ...reporting }), `Bearer ${tokens.good}`);
    assert(listed.challenge.length < 600 && listed.body.detail.includes(' or 792 more'), listed.challenge);
    equal(errors.map((error) => error.code ?? error.message), ['keys_unavailable', 'keys_unavailable', 'option_invalid', 'secret']);
    equal(handled, 0);
  },
};

/** Runs them all, one after the other; resolves to a line each. */
export async function runSuite(api, world) {
  const results = [];
  for (const [name, test] of Object.entries(TESTS)) {
    try {
      await test(api, world);
      results.push({ name });
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) });
    }
  }
  return results;
}
