import { workflowRef } from './claims.js';

/** @typedef {import('./claims.js').Rule} Rule */

/**
 * Runs as GitHub describes them in its tokens: how their claims differ from the sample of its documentation.
 *
 * @typedef {object} Profile
 * @property {string} summary
 * @property {Readonly<Partial<Record<keyof import('./types.d.ts').GithubClaimOverrides, Rule>>>} claims
 * @property {import('./types.d.ts').SubjectOptions} [subject]
 */

/** The job is in the run's own workflow, and not in a reusable one of another repository. */
const OWN_WORKFLOW = Object.freeze({
  /** @type {Rule} */
  job_workflow_ref: (job) => job.workflow_ref,
  /** @type {Rule} */
  job_workflow_sha: (job) => job.workflow_sha,
});

/** A push to `main`, without an environment. */
const PUSH = Object.freeze({ event_name: 'push', environment: undefined, ...OWN_WORKFLOW });

/**
 * A run that GitHub starts itself: its workflow is not a file of the repository.
 *
 * @param {string} path of the workflow
 * @returns {Profile['claims']}
 */
const dynamic = (path) => ({
  ...PUSH,
  event_name: 'dynamic',
  workflow_ref: workflowRef(`dynamic/${path}`),
});

/** @type {Readonly<Record<import('./types.d.ts').ProfileName, Profile>>} */
export const PROFILES = Object.freeze({
  push: { summary: 'a push to `main`', claims: PUSH },
  'pull-request': { summary: 'a pull request, on its merge ref', claims: { ...PUSH, event_name: 'pull_request' } },
  tag: { summary: 'a push of the tag `v1.2.3`', claims: { ...PUSH, ref: 'refs/tags/v1.2.3' } },
  environment: { summary: 'a push to `main` that deploys to the environment `prod`', claims: { ...PUSH, environment: 'prod' } },
  'merge-queue': {
    summary: 'a merge queue, on the branch that it makes for a pull request',
    claims: { ...PUSH, event_name: 'merge_group', ref: 'refs/heads/gh-readonly-queue/main/pr-104-7f3a2b9c0d1e4f5a6b7c8d9e0f1a2b3c4d5e6f7a' },
  },
  dependabot: {
    summary: 'an update by Dependabot',
    claims: { ...dynamic('dependabot/dependabot-updates'), actor: 'dependabot[bot]', actor_id: '49699333', workflow: 'Dependabot Updates' },
  },
  copilot: {
    summary: 'the coding agent of Copilot, on its own branch',
    claims: {
      ...dynamic('copilot-swe-agent/copilot'),
      actor: 'copilot-swe-agent[bot]',
      actor_id: '198982749',
      ref: 'refs/heads/copilot/fix-1',
      ref_protected: 'false',
      workflow: 'dynamic/copilot-swe-agent/copilot',
    },
  },
  'deployment-of-a-commit': {
    summary: 'a deployment of a bare commit, which has no ref',
    claims: { ...PUSH, event_name: 'deployment', ref: '' },
  },
  reusable: {
    summary: 'a push to `main` whose job is a reusable workflow of another repository',
    claims: { event_name: 'push', environment: undefined },
  },
  immutable: { summary: 'a push to `main`, with ids in `sub`', claims: PUSH, subject: { immutable: true } },
});
