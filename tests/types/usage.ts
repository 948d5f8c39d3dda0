// What users write must compile, and what they must not write must not.
import { ClaimgateError, createGate, createVerifier, decodeUnverified, errorCodes, inspectUnverified, recogniseIssuer } from 'claimgate';
import type { Authorized, ErrorCode, Policy, Verifier } from 'claimgate';
import { startIssuer } from 'claimgate/issuer';
import policy from '../../examples/deploy-gate/policy.json' with { type: 'json' };

const verifier: Verifier = createVerifier({ policy });
createVerifier({ policy: '{}', keys: { github: { keys: [] } }, leeway: 30, maxAge: 600, clock: () => 0, algorithms: ['RS256'] });
createVerifier({ policy, remoteKeys: { fetch: globalThis.fetch } });
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
const kind: string | undefined = (named ?? recogniseIssuer('https://token.actions.githubusercontent.com'))?.policy.kind;
const explained = verifier.explainUnverified('token', { role: 'deploy-production' });
const unverified: false = explained.verified;

const issuer = await startIssuer({ kind: 'ghes', host: 'github.example.com' });
const token: string = await issuer.job({ claims: { environment: null } }).token();

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
