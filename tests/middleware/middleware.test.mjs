// Each example of `examples/middleware`, as a real server of its framework or runtime.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdir, rename, readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startIssuer } from 'claimgate/issuer';
import { programOf } from '../lib/programs.mjs';
import { copyExamples, startServer } from '../lib/examples.mjs';
import { run } from '../lib/run.mjs';

const require = createRequire(import.meta.url);
const deno = ['--allow-all', '--quiet'];

/** How each is started. Where `isProblem` is false the framework writes the body, with the message of the error. */
const SERVERS = [
  { example: 'fetch.js', runtime: 'Deno', start: [programOf('deno'), ['serve', ...deno, '--host=127.0.0.1', '--port=PORT', 'fetch.js']] },
  { example: 'fetch.js', runtime: 'Bun', start: [programOf('bun'), ['fetch.js']] },
  { example: 'hono.js', runtime: 'Bun', start: [programOf('bun'), ['hono.js']] },
  { example: 'hono.js', runtime: 'Deno', start: [programOf('deno'), ['serve', ...deno, '--host=127.0.0.1', '--port=PORT', 'hono.js']] },
  { example: 'express.js', runtime: 'Node', start: [process.execPath, ['express.js']] },
  { example: 'express.js', runtime: 'Bun', start: [programOf('bun'), ['express.js']] },
  { example: 'node.js', runtime: 'Node', start: [process.execPath, ['node.js']] },
  { example: 'node.js', runtime: 'Deno', start: [programOf('deno'), ['run', ...deno, 'node.js']] },
  { example: 'deno.js', runtime: 'Deno', start: [programOf('deno'), ['run', ...deno, 'deno.js']] },
  { example: 'bun.js', runtime: 'Bun', start: [programOf('bun'), ['bun.js']] },
  { example: 'fastify.js', runtime: 'Node', start: [process.execPath, ['fastify.js']], isProblem: false },
  { example: 'koa.js', runtime: 'Node', start: [process.execPath, ['koa.js']], isProblem: false },
  { example: 'h3.js', runtime: 'Node', start: [process.execPath, ['h3.js']] },
  { example: 'elysia.js', runtime: 'Bun', start: [programOf('bun'), ['elysia.js']] },
  { example: 'nest.ts', runtime: 'Node', start: [process.execPath, ['nest.js']] },
];

/** The examples with a test of their own below. */
const OTHERS = ['lambda-authorizer.js', 'next', 'vercel.js'];

let issuer;
let project;
before(async () => {
  issuer = await startIssuer();
  project = await copyExamples(issuer);
});
after(async () => {
  await project.dispose();
  await issuer.close();
});

for (const { example, runtime, start, isProblem = true } of SERVERS) {
  test(`${example} in ${runtime}`, async () => {
    if (example.endsWith('.ts')) await compile(example);
    const server = await startServer(...start, { cwd: project.folder });
    try {
      await checkGate(server.url, { isProblem });
    } finally {
      await server.stop();
    }
  });
}

for (const file of ['proxy', 'middleware']) {
  for (const bundler of ['turbopack', 'webpack']) {
    test(`next/proxy.js as ${file}.js, built with ${bundler}`, { timeout: 480_000 }, async () => {
      const example = await copyExamples(issuer);
      const folder = join(example.folder, 'next');
      try {
        if (file === 'middleware') await asMiddleware(folder);
        const next = require.resolve('next/dist/bin/next');
        const env = { ...process.env, NEXT_TELEMETRY_DISABLED: '1', CI: '1' };
        await run(process.execPath, [next, 'build', `--${bundler}`], { cwd: folder, env });
        const server = await startServer(process.execPath, [next, 'start', '--hostname', '127.0.0.1', '--port', 'PORT'], { cwd: folder, env });
        try {
          await checkGate(server.url, { dropsRepeated: true });
        } finally {
          await server.stop();
        }
      } finally {
        await example.dispose();
      }
    });
  }
}

/** The same code under its old name runs on the edge. */
async function asMiddleware(folder) {
  const source = await readFile(join(folder, 'proxy.js'), 'utf8');
  await writeFile(join(folder, 'proxy.js'), source.replace('function proxy', 'function middleware'));
  await rename(join(folder, 'proxy.js'), join(folder, 'middleware.js'));
}

/** As in a project that Nest's command line made. */
async function compile(file) {
  const options = '--strict --skipLibCheck --target es2022 --module nodenext --experimentalDecorators --emitDecoratorMetadata --types node';
  const compiler = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  await run(process.execPath, [compiler, ...options.split(' '), file], { cwd: project.folder });
}

// D20
test('next/app/route.js decides by itself, without the proxy', async () => {
  const { POST } = await import(join(project.folder, 'next/app/route.js'));
  const ask = async (headers) => {
    const response = await POST(new Request('https://app.example/', { method: 'POST', headers }), { params: Promise.resolve({}) });
    return [response.status, await response.json()];
  };
  assert.deepEqual(await ask(await bearer()), [200, { deployed: 'octo-org/octo-repo' }]);
  // A token that anyone can write, with the right claims.
  const [header, payload] = (await token()).split('.');
  for (const headers of [{}, { authorization: `Bearer ${header}.${payload}.AAAA` }, await bearer({ environment: 'staging' })]) {
    const [status, body] = await ask(headers);
    assert.ok([401, 403].includes(status) && body.deployed === undefined, `${status}`);
  }
});

test('vercel.js returns nothing for a request that goes on, and answers the others', async () => {
  const { default: middleware } = await import(join(project.folder, 'vercel.js'));
  const ask = async (headers) => middleware(new Request('https://app.example/', { headers }), { waitUntil: () => {} });
  assert.equal(await ask(await bearer()), undefined);
  assert.equal((await ask({})).status, 401);
  assert.equal((await ask(await bearer({ environment: 'staging' }))).status, 403);
  const { authorization } = await bearer();
  assert.equal((await ask([['authorization', authorization], ['authorization', 'Bearer a.b.c']])).status, 400);
});

/** Events as the documentation of API Gateway shows them, with such `Authorization` headers. */
const EVENTS = {
  'format 2.0': (...values) => ({
    version: '2.0',
    type: 'REQUEST',
    routeArn: 'arn:aws:execute-api:us-east-1:123456789012:abcdef123/test/POST/deploy',
    identitySource: values.slice(0, 1),
    routeKey: 'POST /deploy',
    rawPath: '/deploy',
    rawQueryString: '',
    headers: { accept: '*/*', ...(values.length > 0 && { authorization: values.join(',') }) },
    requestContext: { accountId: '123456789012', apiId: 'abcdef123', http: { method: 'POST', path: '/deploy', protocol: 'HTTP/1.1' }, stage: 'test' },
  }),
  'format 1.0': (...values) => ({
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:us-east-1:123456789012:abcdef123/test/POST/deploy',
    resource: '/deploy',
    path: '/deploy',
    httpMethod: 'POST',
    headers: values.length > 0 ? { Accept: '*/*', Authorization: values.at(-1) } : null,
    multiValueHeaders: values.length > 0 ? { Accept: ['*/*'], Authorization: values } : null,
    queryStringParameters: null,
    requestContext: { accountId: '123456789012', apiId: 'abcdef123', stage: 'test' },
  }),
};

for (const [format, event] of Object.entries(EVENTS)) {
  // D7
  test(`lambda-authorizer.js allows a job, and denies all others, in ${format}`, async () => {
    const { handler } = await import(join(project.folder, 'lambda-authorizer.js'));
    const ask = async (...values) => {
      const { isAuthorized, policyDocument, context } = await handler(event(...values));
      const { Effect, Resource } = policyDocument?.Statement[0] ?? {};
      if (policyDocument) assert.equal(Resource, event().methodArn);
      return { isAllowed: isAuthorized ?? Effect === 'Allow', context };
    };
    const { authorization: good } = await bearer();
    const { authorization: denied } = await bearer({ environment: 'staging' });
    const { run_id } = issuer.job().claims;
    assert.deepEqual(await ask(good), { isAllowed: true, context: { repository: 'octo-org/octo-repo', run_id } });
    for (const [values, code] of [[[], 'token_missing'], [[denied], 'no_rule_matches'], [[good, denied], 'request_malformed'], [[denied, good], 'request_malformed']]) {
      const { isAllowed, context } = await ask(...values);
      assert.deepEqual([isAllowed, context.code], [false, code]);
    }
  });
}

test('every example is run here, and none decides by what was not verified', async () => {
  const folder = new URL('../../examples/', import.meta.url);
  const examples = await readdir(new URL('middleware', folder));
  assert.deepEqual(examples.sort(), [...new Set(SERVERS.map(({ example }) => example)), ...OTHERS, 'README.md', 'package.json', 'policy.json'].sort());
  const sources = (await readdir(folder, { recursive: true })).filter((name) => /\.[jt]s$/.test(name));
  assert.ok(sources.length >= examples.length);
  // D20
  for (const name of sources) assert.doesNotMatch(await readFile(new URL(name, folder), 'utf8'), /\w+Unverified/, name);
});

const token = (claims = {}) => issuer.job({ claims }).token('https://deploy.example.com');
const bearer = async (claims) => ({ authorization: `Bearer ${await token(claims)}` });

/**
 * The job that has the role gets through. All others get the status, the headers and the reason, whoever writes the body.
 *
 * @param {{ isProblem?: boolean, dropsRepeated?: boolean }} options whether the framework drops all but the first of several headers,
 *   before any code of its users runs
 */
async function checkGate(url, { isProblem = true, dropsRepeated = false }) {
  const good = await bearer();
  const admitted = await ask(url, good);
  assert.ok([200, 201].includes(admitted.status), `${admitted.status}`); // 201 is Nest's answer to POST
  assert.deepEqual(JSON.parse(admitted.body), { deployed: 'octo-org/octo-repo' });
  const several = [400, /^Bearer error="invalid_request"/, 'request_malformed', 'several `Authorization` headers'];
  const rows = [
    [[], 401, /^Bearer$/, 'token_missing', 'the request has no `Authorization: Bearer` header'],
    [[(await bearer({ environment: 'staging' })).authorization], 403, /^Bearer error="insufficient_scope"/, 'no_rule_matches', '`environment` is `staging`'],
    // D4: two headers are refused, whichever of them a framework would use.
    [['Bearer a.b', good.authorization], ...(dropsRepeated ? [401, /^Bearer error="invalid_token"/, 'token_segments', 'the token has 2 segments'] : several)],
  ];
  if (!dropsRepeated) rows.push([[good.authorization, 'Bearer a.b'], ...several]);
  for (const [authorization, status, challenge, code, message] of rows) {
    const { status: got, headers, body } = await ask(url, { authorization });
    assert.equal(got, status, body);
    assert.match(headers['www-authenticate'], challenge);
    assert.equal(headers['cache-control'], 'no-store');
    assert.ok(body.includes(message), body);
    if (!isProblem) continue;
    assert.match(headers['content-type'], /^application\/problem\+json(; charset=utf-8)?$/);
    assert.deepEqual([JSON.parse(body).status, JSON.parse(body).code], [status, code]);
  }
}

/** By `node:http`, which sends several headers of one name as such. */
async function ask(url, headers) {
  const request = httpRequest(url, { method: 'POST', headers });
  const [response] = await once(request.end(), 'response');
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}
