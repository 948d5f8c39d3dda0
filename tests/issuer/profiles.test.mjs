// Kinds of runs: each mints the claims that GitHub sends.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeJwt } from 'jose';
import { createVerifier, inspectUnverified } from 'claimgate';
import { createIssuer } from 'claimgate/issuer';
import { PROFILES } from '../node_modules/claimgate/js/issuer/profiles.js';

const AUDIENCE = 'https://deploy.example.com';
const REPOSITORY = 'octo-org/octo-repo';
const OWN = `${REPOSITORY}/.github/workflows/example-workflow.yml`;
const SHA = '2b1d8d6f0d1c4f2e9a7b3c5d6e8f90123456789a';
const QUEUE = 'refs/heads/gh-readonly-queue/main/pr-104-7f3a2b9c0d1e4f5a6b7c8d9e0f1a2b3c4d5e6f7a';

/** What tells each from the others. A claim that is undefined is not in the token. */
const EXPECTED = {
  push: {
    sub: `repo:${REPOSITORY}:ref:refs/heads/main`, event_name: 'push', ref: 'refs/heads/main', ref_type: 'branch', environment: undefined,
    head_ref: '', base_ref: '', workflow_ref: `${OWN}@refs/heads/main`, job_workflow_ref: `${OWN}@refs/heads/main`, job_workflow_sha: SHA,
  },
  'pull-request': {
    sub: `repo:${REPOSITORY}:pull_request`, event_name: 'pull_request', ref: 'refs/pull/1/merge', head_ref: 'feature', base_ref: 'main',
    environment: undefined, ref_protected: 'false', job_workflow_ref: `${OWN}@refs/pull/1/merge`,
  },
  tag: {
    sub: `repo:${REPOSITORY}:ref:refs/tags/v1.2.3`, event_name: 'push', ref: 'refs/tags/v1.2.3', ref_type: 'tag', environment: undefined,
    job_workflow_ref: `${OWN}@refs/tags/v1.2.3`,
  },
  environment: { sub: `repo:${REPOSITORY}:environment:prod`, event_name: 'push', environment: 'prod', ref: 'refs/heads/main' },
  'merge-queue': {
    sub: `repo:${REPOSITORY}:ref:${QUEUE}`, event_name: 'merge_group', ref: QUEUE, ref_type: 'branch', head_ref: '', base_ref: '', environment: undefined,
    job_workflow_ref: `${OWN}@${QUEUE}`,
  },
  dependabot: {
    sub: `repo:${REPOSITORY}:ref:refs/heads/main`, event_name: 'dynamic', actor: 'dependabot[bot]', environment: undefined,
    workflow_ref: `${REPOSITORY}/dynamic/dependabot/dependabot-updates@refs/heads/main`,
  },
  copilot: {
    sub: `repo:${REPOSITORY}:ref:refs/heads/copilot/fix-1`, event_name: 'dynamic', actor: 'copilot-swe-agent[bot]', environment: undefined,
    workflow_ref: `${REPOSITORY}/dynamic/copilot-swe-agent/copilot@refs/heads/copilot/fix-1`,
  },
  'deployment-of-a-commit': { sub: `repo:${REPOSITORY}:ref:`, event_name: 'deployment', ref: '', environment: undefined, job_workflow_ref: `${OWN}@${SHA}` },
  reusable: {
    sub: `repo:${REPOSITORY}:ref:refs/heads/main`, event_name: 'push', workflow_ref: `${OWN}@refs/heads/main`,
    job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
  },
  immutable: { sub: 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main', event_name: 'push', environment: undefined },
};

const issuer = createIssuer();
const picked = (claims, expected) => Object.fromEntries(Object.keys(expected).map((name) => [name, claims[name]]));

test('each profile has its distinctive claims, passes every check and is a job that a policy can allow', async () => {
  assert.deepEqual(Object.keys(EXPECTED), Object.keys(PROFILES));
  for (const [profile, expected] of Object.entries(EXPECTED)) {
    const token = await issuer.job({ profile }).token(AUDIENCE);
    const claims = decodeJwt(token);
    assert.deepEqual(picked(claims, expected), expected, profile);
    const { problem, subject, issuer: named } = inspectUnverified(token);
    assert.deepEqual([problem, subject.check, named.policy.kind], [null, 'consistent', 'github'], profile);

    // A condition that no token can meet is an error, so every claim looks as GitHub's do.
    const strings = Object.entries(claims).filter(([name, value]) => typeof value === 'string' && value !== '' && !['iss', 'aud', 'jti'].includes(name));
    const policy = { version: 1, audience: AUDIENCE, issuers: { github: { kind: 'github' } }, roles: { deploy: { issuer: 'github', allow: [Object.fromEntries(strings)] } } };
    const verifier = createVerifier({ policy, keys: { github: await issuer.jwks() } });
    assert.equal((await verifier.authorize(token, { role: 'deploy' })).rule, 'allow[0]', profile);
  }
});

test('explicit claims override a profile, and the others follow them', () => {
  for (const [options, expected] of [
    [{ profile: 'dependabot', claims: { repository: 'monalisa/app' } }, { repository_owner: 'monalisa', workflow_ref: 'monalisa/app/dynamic/dependabot/dependabot-updates@refs/heads/main', sub: 'repo:monalisa/app:ref:refs/heads/main' }],
    [{ profile: 'tag', claims: { ref: 'refs/tags/v2' } }, { ref_type: 'tag', job_workflow_ref: `${OWN}@refs/tags/v2`, sub: `repo:${REPOSITORY}:ref:refs/tags/v2` }],
    [{ profile: 'tag', claims: { ref: 'refs/heads/x' } }, { ref_type: 'branch', job_workflow_ref: `${OWN}@refs/heads/x` }],
    [{ profile: 'deployment-of-a-commit', claims: { sha: 'a'.repeat(40) } }, { job_workflow_ref: `${OWN}@${'a'.repeat(40)}` }],
    [{ profile: 'deployment-of-a-commit' }, { ref_type: 'branch', ref_protected: 'false' }],
    [{ profile: 'deployment-of-a-commit', claims: { ref: 'refs/tags/v1' } }, { ref_type: 'tag', ref_protected: 'true', job_workflow_ref: `${OWN}@refs/tags/v1` }],
    [{ profile: 'dependabot', claims: { ref: '' } }, { workflow_ref: `${REPOSITORY}/dynamic/dependabot/dependabot-updates@${SHA}` }],
    [{ profile: 'copilot', claims: { ref: null, environment: 'prod' } }, { workflow_ref: undefined, job_workflow_ref: undefined }],
    [{ profile: 'push', claims: { environment: 'staging' } }, { sub: `repo:${REPOSITORY}:environment:staging` }],
    [{ profile: 'environment', claims: { environment: null } }, { environment: undefined, sub: `repo:${REPOSITORY}:ref:refs/heads/main` }],
    [{ profile: 'immutable', claims: { repository_id: '9' } }, { sub: 'repo:octo-org@65/octo-repo@9:ref:refs/heads/main' }],
    [{ profile: 'immutable', subject: { immutable: undefined, template: undefined } }, { sub: 'repo:octo-org@65/octo-repo@74:ref:refs/heads/main' }],
    [{ profile: 'immutable', subject: { immutable: false } }, { sub: `repo:${REPOSITORY}:ref:refs/heads/main` }],
    [{ profile: 'immutable', subject: { template: ['repo', 'actor'] } }, { sub: 'repo:octo-org@65/octo-repo@74:actor:octocat' }],
  ]) assert.deepEqual(picked(issuer.job(options).claims, expected), expected);
  assert.throws(() => issuer.job({ profile: 'pul-request' }), { code: 'option_invalid', message: 'unknown profile `pul-request`, did you mean `pull-request`?' });
  assert.throws(() => issuer.job({ profile: 'toString' }), { code: 'option_invalid', message: /^unknown profile `toString`, expected `push`, `pull-request`, / });
  assert.throws(() => createIssuer({ kind: 'ghes', host: 'github.example.com' }).job({ profile: 'immutable' }), { code: 'option_invalid', message: /no immutable subjects/ });
});
