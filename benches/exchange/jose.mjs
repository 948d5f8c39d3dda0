// The same service, written by hand with `jose`: the one role of the benchmark's policy, its conditions in code.
import { SignJWT, createLocalJWKSet, errors, importJWK, jwtVerify } from 'jose';
import { POLICY, ROLE, VERIFICATION, hasRole } from '../lib/role.mjs';

const GRANT_TYPE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
const SUBJECT_TYPES = ['urn:ietf:params:oauth:token-type:id_token', 'urn:ietf:params:oauth:token-type:jwt'];

const GRANT = POLICY.roles[ROLE].grant;
const IDENTITY = [
  'repository', 'repository_id', 'repository_owner', 'repository_owner_id', 'environment', 'ref', 'sha', 'event_name', 'actor',
  'actor_id', 'run_id', 'run_attempt', 'workflow_ref', 'job_workflow_ref',
];

const CAPACITY = 100_000;
/** When each token that was used may be forgotten, by its `jti`. */
const used = new Map();

let service;

export default {
  async fetch(request, env) {
    if (new URL(request.url).pathname !== '/token') return new Response('not found\n', { status: 404 });
    if (request.method !== 'POST') return new Response(null, { status: 405, headers: { allow: 'POST' } });
    try {
      service ??= load(env);
      return await exchange(await service, request);
    } catch (error) {
      if (error instanceof Refusal) return json({ error: error.code, error_description: error.message }, 400);
      if (error instanceof errors.JOSEError) return json({ error: 'invalid_request', error_description: error.message }, 400);
      return json({ error: 'server_error' }, 500);
    }
  },
};

class Refusal extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function load(env) {
  const { current } = JSON.parse(env.SIGNING_KEYS);
  return {
    issuer: env.ISSUER,
    key: await importJWK(current),
    header: { typ: 'at+jwt', alg: current.alg, kid: current.kid },
    githubKeys: createLocalJWKSet(JSON.parse(env.GITHUB_KEYS)),
  };
}

async function exchange({ issuer, key, header, githubKeys }, request) {
  const { token, scope } = await readRequest(request);
  const { payload: job } = await jwtVerify(token, githubKeys, VERIFICATION);
  if (!hasRole(job)) throw new Refusal('invalid_request', `the job does not have the role ${ROLE}`);
  useOnce(job);
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    sub: job.sub,
    aud: GRANT.audience,
    client_id: job.sub,
    jti: crypto.randomUUID(),
    scope: scope.join(' '),
    role: ROLE,
    job_issuer: job.iss,
    iat: now,
    exp: now + GRANT.ttl,
  };
  for (const name of IDENTITY) if (job[name] !== undefined) claims[name] = job[name];
  return json({
    access_token: await new SignJWT(claims).setProtectedHeader(header).sign(key),
    issued_token_type: ACCESS_TOKEN,
    token_type: 'Bearer',
    expires_in: GRANT.ttl,
    scope: claims.scope,
  });
}

async function readRequest(request) {
  if (!/^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers.get('content-type') ?? '')) {
    throw new Refusal('invalid_request', 'the body must be form-encoded');
  }
  const form = new URLSearchParams(await request.text());
  if (form.get('grant_type') !== GRANT_TYPE) throw new Refusal('unsupported_grant_type', 'only token exchanges are granted');
  const token = form.get('subject_token');
  if (!token || !SUBJECT_TYPES.includes(form.get('subject_token_type'))) {
    throw new Refusal('invalid_request', 'the ID token of a job is missing');
  }
  if ((form.get('requested_token_type') ?? ACCESS_TOKEN) !== ACCESS_TOKEN) {
    throw new Refusal('invalid_request', 'only access tokens are issued');
  }
  if (form.get('role') !== ROLE) throw new Refusal('invalid_request', 'there is no such role');
  if (form.has('actor_token')) throw new Refusal('invalid_request', 'a job acts for itself');
  if (![...form.getAll('audience'), ...form.getAll('resource')].every((audience) => audience === GRANT.audience)) {
    throw new Refusal('invalid_target', 'no token is granted for that audience');
  }
  const scope = form.get('scope')?.split(' ') ?? GRANT.scope;
  if (!scope.every((word) => GRANT.scope.includes(word))) throw new Refusal('invalid_scope', 'that scope is not granted');
  return { token, scope };
}

function useOnce({ jti, exp }) {
  if (used.has(jti)) throw new Refusal('invalid_request', 'the token was used before');
  if (used.size >= CAPACITY) {
    const now = Date.now() / 1000;
    for (const [id, expires] of used) if (expires <= now) used.delete(id);
    if (used.size >= CAPACITY) throw new Error('too many tokens are in use');
  }
  used.set(jti, exp + VERIFICATION.clockTolerance);
}

function json(body, status = 200) {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', pragma: 'no-cache' },
  });
}
