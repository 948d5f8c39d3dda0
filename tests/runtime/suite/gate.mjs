import { assert, equal, rejects, throws } from '../assert.mjs';
import { AUDIENCE, github, policyFor } from './policies.mjs';

export const GATE = {
  'the gate calls the handler for a job that has the role': async ({ createGate }, { tokens, keys }) => {
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

  'a failure is reported once, in the background and in the answers': async ({ createGuard }, { tokens, issuers }) => {
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
    const ask = (token) => guard({ headers: new Headers({ authorization: `Bearer ${token}` }) }).then(() => 200, ({ status }) => status);
    equal(await ask(tokens.sound), 200);
    isDown = true;
    now += 600;
    equal([await ask(tokens.sound), await ask(tokens['other kid']), await ask(tokens['other kid'])], [200, 503, 503]);
    equal(errors.map(({ code }) => code), ['keys_unavailable']);
  },

  // E1
  'the guard returns a job, or throws an error with the whole answer': async ({ createGuard, GuardError, ClaimgateError }, { tokens, keys, issuers }) => {
    const guard = createGuard({ policy: github(), keys: { local: keys }, role: 'deploy' });
    const ask = (guard, token) => guard({ headers: new Headers(token === undefined ? {} : { authorization: `Bearer ${token}` }) });
    const job = await ask(guard, tokens.good);
    equal([job.role, job.rule], ['deploy', 'allow[0]']);
    const down = createGuard({ policy: policyFor(issuers.failing), role: 'deploy', onError: () => {} });
    for (const [attempt, status, code, header] of [
      [() => ask(guard), 401, 'token_missing', 'www-authenticate'],
      [() => ask(guard, 'a.b'), 401, 'token_segments', 'www-authenticate'],
      [() => ask(guard, `ghs_${'A1b2'.repeat(9)}`), 401, 'token_kind', 'www-authenticate'], // D3
      [() => ask(guard, tokens.capitals), 403, 'no_rule_matches', 'www-authenticate'],
      [() => ask(down, tokens.failing), 503, 'keys_unavailable', 'retry-after'],
    ]) {
      const error = await attempt().then(() => undefined, (error) => error);
      assert(error instanceof GuardError && error instanceof ClaimgateError && error instanceof Error, code);
      equal([error.name, error.status, error.statusCode, error.code, error.expose, error.stack], ['GuardError', status, status, code, true, String(error)]);
      equal(error.message, error.problem.detail ?? error.problem.title);
      for (const response of [error.getResponse(), error.getResponse(), error.toResponse()]) {
        equal([response.status, await response.json()], [status, JSON.parse(JSON.stringify(error.problem))]);
        equal(Object.fromEntries(response.headers), error.headers);
      }
      equal(Object.keys(error.headers).sort(), ['cache-control', 'content-type', header].sort());
    }
  },

  // D4, D7
  'the guard reads the headers of every kind of request, and accepts one `Authorization`': async ({ createGuard }, { tokens, keys }) => {
    const guard = createGuard({ policy: github(), keys: { local: keys }, role: 'deploy' });
    const answer = (request) => guard(request).then(() => 'accepted', ({ code }) => code);
    const good = `Bearer ${tokens.good}`;
    const other = 'Bearer a.b.c';
    const twice = new Headers({ authorization: good });
    twice.append('authorization', other);
    const kinds = {
      accepted: [
        { headers: { authorization: good } },
        { headers: { Accept: '*/*', get: 'a header of that name', AUTHORIZATION: [good], Authorization: undefined } },
        { headers: new Map([['authorization', good]]) },
        { headers: { authorization: good }, headersDistinct: { authorization: [good] } },
        { headers: null, multiValueHeaders: { Authorization: [good] } },
        { headers: { Authorization: good }, multiValueHeaders: { Authorization: [good] } },
        { raw: new Request('https://gate.example', { headers: { authorization: good } }) },
        { node: { req: { headers: { authorization: good } } } },
      ],
      token_missing: [{ headers: {} }, { headers: null, multiValueHeaders: null }, { headers: new Headers() }, { headers: { authorization: '' } }, { headers: { authorization: 'Digest a="b", c="d"' } }],
      request_malformed: [
        { headers: twice },
        { headers: { authorization: [good, other] } },
        { headers: { authorization: [good, good] } },
        { headers: { authorization: good, Authorization: other } },
        { headers: { authorization: `${good},${other}` } },
        { headers: { authorization: `Basic dTpw, ${good}` } },
        // Where one place shows only the first or the last one, as in Node, Fastify, Koa, hapi, h3 1 and API Gateway.
        { headers: { authorization: good }, headersDistinct: { authorization: [good, other] } },
        { headers: { authorization: good }, raw: { headersDistinct: { authorization: [good, other] } } },
        { headers: { authorization: good }, req: { headersDistinct: { authorization: [good, other] } } },
        { headers: { authorization: good }, raw: { req: { headersDistinct: { authorization: [good, other] } } } },
        { headers: { authorization: good }, node: { req: { headersDistinct: { authorization: [good, other] } } } },
        { headers: { Authorization: good }, multiValueHeaders: { Authorization: [other, good] } },
      ],
    };
    for (const [expected, requests] of Object.entries(kinds)) {
      for (const [index, request] of requests.entries()) equal([index, await answer(request)], [index, expected]);
    }
  },

  // E1
  'whatever fails in the guard is an internal error that says nothing to the caller': async ({ createGuard, GuardError }, { tokens, keys }) => {
    const secret = new Error('secret');
    const fail = () => { throw secret; };
    const headers = { authorization: `Bearer ${tokens.good}` };
    const good = { headers };
    for (const [request, options, reported, context] of [
      ...[undefined, null, 'Bearer a.b.c', {}, { headers: undefined }, { headers: 'authorization: Bearer a.b.c' }].map((request) => [request, {}, 'option_invalid']),
      [{ headers: { authorization: 5 } }, {}, 'option_invalid'],
      [{ headers: { get: fail } }, {}, secret],
      [{ get headers() { return fail(); } }, {}, secret],
      [good, { clock: fail }, secret],
      [good, { verifier: { issuersOf: () => [], authorize: () => Promise.reject(secret) } }, secret],
      [good, { verifier: { issuersOf: () => [], authorize: () => Promise.reject(undefined) } }, undefined],
      [good, { onError: fail, clock: fail }, undefined],
      [good, { clock: fail }, secret, { get waitUntil() { return fail(); } }],
    ]) {
      const reports = [];
      const verifier = options.verifier ? {} : { policy: github(), keys: { local: keys } };
      const guard = createGuard({ ...verifier, role: 'deploy', onError: (error) => reports.push(error), ...options });
      const error = await guard(request, context).then(() => undefined, (error) => error);
      assert(error instanceof GuardError, String(error));
      equal([error.status, error.code, error.message, 'cause' in error], [500, 'internal_error', 'internal error, request denied', false]);
      equal(Object.keys(await error.getResponse().json()), ['type', 'title', 'status', 'code']);
      const [report] = reports;
      assert((report?.code ?? report) === reported, `\`onError\` received ${report}`);
    }
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
      equal([broken.status, broken.challenge, Object.keys(broken.body)], [500, null, ['type', 'title', 'status', 'code']]);
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

  // Row B4.
  'an admitted job holds what the policy expects only if that is disclosed': async ({ createGate, createVerifier }, { tokens, keys }) => {
    const policy = github();
    policy.roles.deploy.allow = [{ repository_id: ['74', '75'], environment: ['prod', 'not-yet-announced'] }, { repository_id: '76' }];
    const request = new Request('https://deploy.example.com/', { headers: { authorization: `Bearer ${tokens.good}` } });
    const handle = async (_, job) => Response.json(job);
    const shown = (explain) => createGate({ policy, keys: { local: keys }, role: 'deploy', handle, ...explain })(request).then((response) => response.text());
    const claims = await shown({});
    assert(!/not-yet-announced|"75"|"76"/.test(claims), claims);
    const { rule, explanation } = JSON.parse(claims);
    const conditions = explanation.flatMap(({ conditions }) => conditions);
    equal([rule, new Set(conditions.map(({ expected }) => expected))], ['allow[0]', new Set([null])]);
    equal(explanation.find((outcome) => outcome.rule === rule).conditions.map(({ matched, found }) => [matched, found]), [[true, '74'], [true, 'prod']]);
    assert((await shown({ explain: 'full' })).includes('not-yet-announced'), 'it is disclosed');
    const verifier = createVerifier({ policy, keys: { local: keys } });
    const [full, terse] = await Promise.all(['full', 'claims'].map((explain) => verifier.authorize(tokens.good, { role: 'deploy', explain })));
    equal([full, terse].map((job) => JSON.stringify(job).includes('not-yet-announced')), [true, false]);
  },
};
