import { assert, equal, rejects, throws } from '../assert.mjs';
import { AUDIENCE, github, policyFor } from './policies.mjs';

export const GATE = {
  'the gate lets through who has the role': async ({ createGate }, { tokens, keys }) => {
    const gate = createGate({
      policy: github(),
      keys: { local: keys },
      role: 'deploy',
      handle: (request, job, env, ctx) => Response.json({ url: request.url, rule: job.rule, env, ctx }),
    });
    // A context that is none, such as that of a route of Next.js.
    equal((await gate(new Request('https://gate.example/x', { headers: { authorization: `Bearer ${tokens.good}` } }), { params: {} })).status, 200);
    const request = new Request('https://gate.example/x', { headers: { authorization: `bearer  ${tokens.good}` } });
    const response = await gate(request, 'env', 'ctx');
    equal([response.status, await response.json()], [200, { url: 'https://gate.example/x', rule: 'allow[0]', env: 'env', ctx: 'ctx' }]);
  },

  'a failure is told of once, in the background and in the answers': async ({ createGuard }, { tokens, issuers }) => {
    let now = Math.floor(Date.now() / 1000);
    let isDown = false;
    const errors = [];
    const flaky = (...request) => (isDown ? Promise.reject(new Error('down')) : fetch(...request));
    const guard = createGuard({
      policy: policyFor(issuers.sound),
      role: 'deploy',
      clock: () => now,
      remoteKeys: { fetch: flaky },
      onError: (error) => errors.push(error),
    });
    const ask = async (token) => (await guard({ headers: new Headers({ authorization: `Bearer ${token}` }) })).refusal?.status ?? 200;
    equal(await ask(tokens.sound), 200);
    isDown = true;
    now += 600;
    equal([await ask(tokens.sound), await ask(tokens['other kid']), await ask(tokens['other kid'])], [200, 503, 503]);
    equal(errors.map(({ code }) => code), ['keys_unavailable']);
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
    equal([malformed.status, malformed.challenge], [401, 'Bearer error="invalid_token", error_description="the token has 2 segments, a signed one has 3, joined by `.`"']);
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
