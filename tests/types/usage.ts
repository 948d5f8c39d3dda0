// What users write must compile, and what they must not write must not.
import { createServer } from 'node:http';
import { ClaimgateError, GuardError, createGate, createGuard, createNodeGate, createVerifier, decodeUnverified, errorCodes, inspectUnverified, parseIssuer } from 'claimgate';
import type { Authorized, ErrorCode, KeyCache, NodeRequest, Policy, Verifier } from 'claimgate';
import { cacheApi, denoKv, workersKv } from 'claimgate/caches';
import { createExchange, createMetrics } from 'claimgate/exchange';
import { createIssuer, startIssuer } from 'claimgate/issuer';
import { ReplayObject, denoKvReplay, durableObjectReplay, memoryReplay, redisReplay } from 'claimgate/replay';
import * as slim from 'claimgate/slim';
import wasm from 'claimgate/claimgate.wasm';
import nodeFetch from 'node-fetch';
import { EnvHttpProxyAgent, fetch as undiciFetch } from 'undici';
import policy from '../../examples/deploy-gate/policy.json' with { type: 'json' };

const verifier: Verifier = createVerifier({ policy });
createVerifier({ policy: '{}', keys: { github: { keys: [] } }, leeway: 30, maxAge: 600, clock: () => 0, algorithms: ['RS256'] });
createVerifier({ policy, remoteKeys: { fetch: globalThis.fetch } });
createVerifier({ policy, remoteKeys: { fetch: nodeFetch } });
const dispatcher = new EnvHttpProxyAgent();
createVerifier({ policy, remoteKeys: { fetch: (url, init) => undiciFetch(url, { ...init, dispatcher }) } });
// @ts-expect-error
createVerifier({ policy, remoteKeys: { fetch: async () => 'keys' } });
const memory = new Map<string, string>();
const cache: KeyCache = { get: async (name) => memory.get(name), put: async (name, text, { ttl }) => void memory.set(name, text + ttl) };
createVerifier({ policy, crypto: 'host', remoteKeys: { cache, timeout: 3, cooldown: 30, maxFresh: 300, maxStale: 600 }, onError: console.error });
createVerifier({ policy, remoteKeys: { cache: cacheApi() } });
declare const namespace: { get(name: string): Promise<string | null>; put(name: string, text: string, options?: { expirationTtl?: number }): Promise<void> };
workersKv(namespace);
denoKv({ get: async () => ({ value: null }), set: async () => {} });
await verifier.hydrate();
slim.start(wasm);
slim.createVerifier({ policy }).crypto satisfies 'host' | 'webcrypto' | 'wasm';
const typed: Policy = policy;
createVerifier({ policy: typed });

const job: Authorized = await verifier.authorize('token', { role: 'deploy-production', explain: 'claims' });
const repository: string | undefined = job.claims.repository;
const team: string | undefined = job.claims.repo_property_team;
const later: unknown = job.claims.some_later_claim;
if (job.subject.check === 'consistent') job.subject.segments.map(({ key, value }) => `${key}:${value}`);
else job.subject.from.toUpperCase();

interface Env {
  BUCKET: string;
}
export const handler: { fetch(request: Request, env: Env): Promise<Response> } = {
  fetch: createGate({ policy, role: 'r', handle: (request, job, env: Env) => new Response(env.BUCKET + job.rule + request.url) }),
};
createGate({ verifier, role: 'r', explain: 'full', handle: async () => new Response() });

const guard = createGuard({ policy, role: 'r', onError: () => {} });
const guarded: Authorized = await guard(new Request('https://gate.example'), { waitUntil: () => {} });
createServer((request) => guard(request));
await guard({ headers: { Authorization: 'Bearer a.b.c' }, multiValueHeaders: { Authorization: ['Bearer a.b.c'] } });
await guard({ headers: null });
try {
  await guard({ headers: new Headers() });
} catch (error) {
  if (!(error instanceof GuardError)) throw error;
  const answer: Response = error.getResponse();
  const { status, headers, problem }: { status: number; headers: Record<string, string>; problem: { code: ErrorCode } } = error;
}
const nodeGate = createNodeGate({ verifier, role: 'r' });
createServer((request, response) => nodeGate(request, response, () => response.end((request as NodeRequest).job?.rule)));

try {
  decodeUnverified('token').claims.iss;
} catch (error) {
  if (error instanceof ClaimgateError && error.code === 'token_segments') throw new ClaimgateError(error.code, 'again', { cause: error });
  const code: ErrorCode | undefined = errorCodes()[0];
  if (error instanceof ClaimgateError) error.explanation?.flatMap(({ conditions }) => conditions.map(({ nearest }) => nearest?.hint));
}

const { described, subject, issuer: named } = inspectUnverified('token');
described.map(({ name, group, description }) => `${group} ${name} ${description}`);
if (subject?.check === 'contradictory') subject.message.toUpperCase();
const kind: string | undefined = (named ?? parseIssuer('https://token.actions.githubusercontent.com'))?.policy.kind;
const explained = verifier.explainUnverified('token', { role: 'deploy-production' });
const unverified: false = explained.verified;

const issuer = await startIssuer({ kind: 'ghes', host: 'github.example.com' });
const token: string = await issuer.job({ claims: { environment: null } }).token();
await issuer.close();
const inProcess = createIssuer({ kind: 'github', enterprise: 'acme', url: 'https://issuer.example.com' });
createVerifier({ policy, remoteKeys: { fetch: inProcess.fetch } });
createVerifier({ policy, keys: { github: await inProcess.jwks() } });
createServer((_, response) => void inProcess.fetch('https://issuer.example.com/token').then((answer) => response.end(answer.status)));
await inProcess.job({ profile: 'merge-queue', subject: { immutable: true } }).token();
// @ts-expect-error: a profile that does not exist
inProcess.job({ profile: 'merge_queue' });
// @ts-expect-error: nothing is started, so nothing is closed
inProcess.close;
// @ts-expect-error: a server is where it listens
await startIssuer({ url: 'https://issuer.example.com' });

const signer = '{"current":{}}';
const exchange = createExchange<[env: object]>({ policy, issuer: 'https://tokens.example.com', signer, replay: memoryReplay(), metrics: createMetrics(), audit: async (line: string) => void line });
const exchanged: Promise<Response> = exchange(new Request('https://tokens.example.com/token'), {});
createExchange({ policy, issuer: 'https://tokens.example.com', signer: { current: { kty: 'OKP', crv: 'Ed25519', kid: 'a', d: '', x: '' }, retired: [{ kty: 'OKP', exp: 1 }] }, explain: 'full', leeway: 10 });
createExchange({ policy, issuer: 'https://tokens.example.com', signer, resourceServers: { api: { secret: '', audience: '' } } });
createGuard({ policy, role: 'deploy', replay: await redisReplay(async () => 'OK', { noEviction: true }) });
export { ReplayObject };

// The keys that sign, and whose tokens they are, cannot be forgotten.
// @ts-expect-error
createExchange({ policy, issuer: 'https://tokens.example.com' });
// @ts-expect-error
createExchange({ policy, signer });
// @ts-expect-error
createExchange({ policy, issuer: 'https://tokens.example.com', signer: { next: {} } });
// A store that cannot tell of a revocation is none for an exchange.
// @ts-expect-error
createExchange({ policy, issuer: 'https://tokens.example.com', signer, replay: { use: async () => true } });

// Rows A1 and A2: what may be undefined is no condition, wherever a policy is given.
declare const unset: string | undefined;
const base = { version: 1, audience: 'a', issuers: { github: { kind: 'github' } } };
const rules = (rule: { repository_id: string; environment?: undefined }) => ({ ...base, roles: { r: { issuer: 'github', allow: [rule, { repository_id: '75' }] } } });
createVerifier({ policy: rules({ repository_id: '74' }) });
// As TypeScript reads a JSON import whose rules differ.
createVerifier({ policy: { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74' }, { repository_id: '74', environment: ['prod', { glob: 'stag*' }] }] } } } });
const imported = { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74' }, { repository_id: '74', environment: 'prod' }], deny: [{ event_name: ['a'] }] } } };
createVerifier({ policy: imported });
createVerifier({ policy: { ...imported, roles: { r: { description: 'deploys', issuer: ['github'], audience: 'a', allow: [{ repository_id: '74', description: 'x', claims: { new_claim: ['x', 'y'] }, repo_property_regions: { has: 'eu' } }] } } } });
// @ts-expect-error
createVerifier({ policy: { ...imported, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', claims: { new_claim: unset } }] } } } });
// @ts-expect-error
createVerifier({ policy: { ...imported, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', environment: { globe: 'x' } }] } } } });
// Row E9: what is misspelt, wherever it is.
const rule = { repository_id: '74' };
// @ts-expect-error
createVerifier({ policy: { ...imported, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', enviroment: 'prod' }] } } } });
// @ts-expect-error
createGuard({ policy: { ...imported, roles: { r: { issuer: 'github', allow: [rule], deny: [{ enviroment: 'prod' }] } } }, role: 'r' });
// @ts-expect-error
createVerifier({ policy: { ...imported, roles: { r: { issuer: 'github', allow: [rule], deni: [rule] } } } });
// @ts-expect-error
createVerifier({ policy: { ...imported, roles: { r: { issuer: 'github', allow: [rule], grant: { audience: 'a', scopes: ['x'] } } } } });
// @ts-expect-error
createVerifier({ policy: { ...imported, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', environment: { glob: 'x', globs: 'y' } }] } } } });
// @ts-expect-error
createVerifier({ policy: { ...imported, issuers: { github: { kind: 'github', enterprize: 'acme' } } } });
// @ts-expect-error
createVerifier({ policy: { ...imported, rolls: {} } });
// @ts-expect-error
createVerifier({ policy: { ...imported, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', environments: 'prod' }] } } } });
const misspelt = { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74' }, { repository_id: '74', enviroment: 'prod' }] } } };
// @ts-expect-error
createVerifier({ policy: misspelt });
// @ts-expect-error
createExchange({ policy: misspelt, issuer: 'https://tokens.example.com', signer });
// @ts-expect-error
const misspeltAndAnnotated: Policy = { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', enviroment: 'prod' }] } } };
// @ts-expect-error
const longer: Policy = { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', environments: 'prod' }] } } };
// @ts-expect-error
const longerInAList: Policy = { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74' }, { repository_id: '74', refs: 'refs/heads/main' }] } } };
// @ts-expect-error
const longerInDeny: Policy = { ...base, roles: { r: { issuer: 'github', allow: [rule], deny: [{ actors: 'mallory' }] } } };
// @ts-expect-error
const longerByAWord: Policy = { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', workflow_file: 'ci.yml' }] } } };
// Claims that are newer than the release have a place of their own, and custom properties any name.
createVerifier({ policy: { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', repo_property_team: ['web', { glob: 'w*' }], claims: { new_claim: 'x' } }], deny: [{ claims: { new_claim: ['y'] } }, { repo_property_regions: { has: 'eu' } }, { sub: 'x' }] } } } });
// @ts-expect-error
createVerifier({ policy: { ...imported, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', new_claim: 'x' }] } } } });

createGuard({ policy: imported, role: 'r' });
createGate({ policy: imported, role: 'r', handle: () => new Response() });
createExchange({ policy: imported, issuer: 'https://tokens.example.com', signer });
// @ts-expect-error
createVerifier({ policy: { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', environment: unset }] } } } });
// @ts-expect-error
createGuard({ policy: { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', environment: process.env.X }] } } }, role: 'r' });
// @ts-expect-error
createGate({ policy: { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', environment: unset }] } } }, role: 'r', handle: () => new Response() });
// @ts-expect-error
createNodeGate({ policy: { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74' }], deny: [{ actor: unset }] } } }, role: 'r' });
// @ts-expect-error
createExchange({ policy: { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: unset }] } } }, issuer: 'https://tokens.example.com', signer });
// @ts-expect-error
createVerifier({ policy: { ...imported, issuers: { github: { kind: 'github', enterprise: undefined } } } });
// @ts-expect-error
createVerifier({ policy: { ...imported, issuers: { github: { kind: 'github', enterprise: unset } } } });
// @ts-expect-error
const annotated: Policy = { ...base, roles: { r: { issuer: 'github', allow: [{ repository_id: '74', environment: unset }] } } };
// A promise of a store is none.
// @ts-expect-error
createGuard({ policy, role: 'deploy', replay: redisReplay(async () => 'OK') });

// A policy, which holds issuer and audience, cannot be forgotten.
// @ts-expect-error
createVerifier({});
// @ts-expect-error
createVerifier({ policy: { version: 1, issuers: {}, roles: {} } });
// @ts-expect-error
createVerifier({ policy: { version: 1, audience: 'a', roles: {} } });
// @ts-expect-error
createVerifier({ policy, keys: {}, remoteKeys: {} });
// @ts-expect-error
createVerifier({ policy, algorithms: ['HS256'] });
// @ts-expect-error
createVerifier({ policy, crypto: 'node' });
// @ts-expect-error
createVerifier({ policy, remoteKeys: { maxfresh: 1 } });
// @ts-expect-error
createGuard({ policy });
// @ts-expect-error
createVerifier({ policy, leewy: 30 });
// @ts-expect-error
await verifier.authorize('token');
// @ts-expect-error
await verifier.authorize('token', {});
// @ts-expect-error
createGate({ policy, handle: () => new Response() });
// @ts-expect-error
createGate({ policy, role: 'r' });
// @ts-expect-error
createGate({ policy, verifier, role: 'r', handle: () => new Response() });
// There is nothing in a job to test for a refusal, and only a guard makes its errors.
// @ts-expect-error
(await guard(new Request('https://gate.example'))).refusal;
// @ts-expect-error
await guard('a.b.c');
// @ts-expect-error
new GuardError();
// What was not verified is no authorization.
// @ts-expect-error
const admitted: Authorized = explained;
// An authorization cannot be made or changed.
// @ts-expect-error
const forged: Authorized = { role: 'admin', rule: '', issuer: '', audience: '', claims: job.claims, subject: job.subject, grant: undefined, explanation: [], toJSON: () => ({}) };
// @ts-expect-error
job.claims.repository = 'octo-org/other';
// @ts-expect-error
job.role = 'admin';
// @ts-expect-error
job.grant!.scope.push('admin');
// @ts-expect-error
new ClaimgateError('no_such_code', '');
