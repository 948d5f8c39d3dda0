import { assert, equal, rejects, throws } from '../assert.mjs';
import { AUDIENCE, github, policyFor } from './policies.mjs';

export const VERIFY = {
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
    throws(() => Object.create(job.constructor.prototype, { role: { value: 'admin' } }).claims, { name: 'TypeError' });
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

  // Row B2.
  'an explanation has a bound, and counts what it leaves out': async ({ createVerifier }, { tokens, keys }) => {
    const policy = github();
    const environment = Array.from({ length: 10_000 }, (_, index) => `environment-${index}`);
    policy.roles.deploy.allow = Array.from({ length: 150 }, () => ({ repository_id: '74', environment }));
    const error = await createVerifier({ policy, keys: { local: keys } }).authorize(tokens.good, { role: 'deploy' }).catch((error) => error);
    const { explanation, omittedRules } = error;
    assert(JSON.stringify(explanation).length <= 64 * 1024, `${JSON.stringify(explanation).length} characters`);
    equal(explanation.filter(({ effect }) => effect === 'allow').length + omittedRules, 150);
    const { expected, omittedPatterns } = explanation.find(({ effect }) => effect === 'allow').conditions.find(({ claim }) => claim === 'environment');
    assert(expected.length > 0 && expected.length <= 16, `${expected.length} patterns`);
    equal(expected.length + omittedPatterns, 10_000);
  },

  'every token that must not pass is refused with its code': async ({ createVerifier }, { refused, keys }) => {
    const verifier = createVerifier({ policy: github(), keys: { local: keys } });
    assert(refused.length > 20);
    for (const { name, token, code, place } of refused) {
      await rejects(verifier.authorize(token, { role: 'deploy' }), { name: 'ClaimgateError', code, place }, name);
    }
  },

  'leeway, maximum age and algorithms are options': async ({ createVerifier }, { tokens, keys, hasCurves }) => {
    const at = (seconds, options = {}) =>
      createVerifier({ policy: github({ audience: 'https://github.com/octo-org' }), keys: { local: keys }, clock: () => seconds, ...options })
        .authorize(tokens.sample, { role: 'deploy' });
    const exp = 1632493867;
    await at(exp + 59);
    await rejects(at(exp + 60), { code: 'token_expired' });
    await rejects(at(exp, { leeway: 0 }), { code: 'token_expired' });
    await at(exp + 299, { leeway: 300 });
    await rejects(at(exp - 1, { maxAge: 60 }), { code: 'token_too_old' });
    if (hasCurves) await rejects(at(exp - 1, { algorithms: ['ES256'] }), { code: 'key_unknown' });
    for (const time of [Number.NaN, -1, Date.now(), '1', 1n]) await rejects(at(time), { code: 'option_invalid' });
  },

  'a token is decoded without being believed': async ({ decodeUnverified }, { tokens }) => {
    const { header, claims } = decodeUnverified(tokens.sample);
    equal([header, claims.actor], [{ alg: 'RS256', kid: 'rsa' }, 'octocat']);
    throws(() => decodeUnverified('a.b'), { code: 'token_segments', message: 'the token has 2 segments, a signed one has 3, joined by `.`' });
    throws(() => decodeUnverified(tokens.prototype), { code: 'token_json', place: 'payload' });
    throws(() => decodeUnverified(`${tokens.sample}=`), { code: 'token_encoding', place: 'signature' });
    throws(() => decodeUnverified('eyJ0eXAiOiJhdCtqd3QifQ..'), { code: 'token_header', place: 'header.typ' });
  },

};
