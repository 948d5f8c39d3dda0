// What crosses from Rust is what `types.d.ts` says: nothing is missing, and nothing more is there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ClaimgateError, createVerifier, decodeUnverified, inspectUnverified } from 'claimgate';
import ts from 'typescript-5';
import { freshToken, jwks } from '../lib/tokens.mjs';

const FILE = fileURLToPath(new URL('crossing.ts', import.meta.url));
const OPTIONS = { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, strict: true, exactOptionalPropertyTypes: true, noEmit: true, types: [], lib: ['lib.es2022.d.ts'] };

/** What the compiler says of values as literals of types: of literals it also refuses members that a type does not have. */
function complaints(values) {
  const lines = values.map(([type, value]) => `({ value: ${JSON.stringify(value)} }) satisfies { value: import('claimgate').${type} };`);
  const host = ts.createCompilerHost(OPTIONS);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) => (name === FILE ? ts.createSourceFile(name, `${lines.join('\n')}\nexport {};`, ts.ScriptTarget.ES2022) : getSourceFile.call(host, name, ...rest));
  const program = ts.createProgram([FILE], OPTIONS, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

const policy = {
  version: 1,
  audience: 'https://github.com/octo-org',
  issuers: { github: { kind: 'github' } },
  roles: {
    deploy: { issuer: 'github', description: 'to production', allow: [{ repository_id: '74' }], deny: [{ environment: 'lab' }], grant: { audience: 'https://api.example.com' } },
    staging: { issuer: 'github', allow: [{ repository_id: '74', environment: ['staging', { glob: 'stag*' }], description: 'to staging' }, { repository_id: '75' }] },
    warned: { issuer: 'github', allow: [{ repository_id: '74' }], deny: [{ environment: 'prod-.+' }] },
  },
};

async function denial(work) {
  const error = await work().catch((error) => error);
  assert.ok(error instanceof ClaimgateError);
  return error.toJSON();
}

test('what crosses has the members of its type, and no others', async () => {
  const verifier = createVerifier({ policy, keys: { github: { keys: [...jwks('rsa').keys, { kty: 'oct', kid: 's' }] } } });
  const token = freshToken();
  const { claims, ...job } = JSON.parse(JSON.stringify(await verifier.authorize(token, { role: 'deploy' })));
  assert.ok(claims.repository && job.grant && job.explanation.length === 2);
  const values = [
    ['IssuerInfo', verifier.issuers[0]],
    ['KeyReport', verifier.keyReport('github')],
    ["Authorized['subject']", job.subject],
    ["Authorized['grant']", job.grant],
    ["Authorized['explanation']", job.explanation],
    ['GithubClaims', claims],
    ['UnverifiedExplanation', verifier.explainUnverified(token, { role: 'staging' })],
    ['PolicyWarning[]', verifier.policyWarnings().warnings],
    ['DecodedToken', decodeUnverified(token)],
    ['Inspection', inspectUnverified(token)],
    ['ErrorJson', await denial(() => verifier.authorize(token, { role: 'staging' }))],
    ['ErrorJson', await denial(() => verifier.authorize('a.b', { role: 'deploy' }))],
    ['ErrorJson', await denial(() => verifier.authorize(token, { role: 'depoly' }))],
    ['ErrorJson', await denial(async () => createVerifier({ policy: '{ "version": 1, "audiance": "a" }' }))],
  ];
  assert.deepEqual(complaints(values), []);
  assert.equal(complaints([['IssuerInfo', { ...verifier.issuers[0], more: 1 }], ['Grant', { audience: 'a' }]]).length, 2, 'it would be noticed');
});
