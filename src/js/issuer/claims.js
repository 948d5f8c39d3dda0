import { checkObject, optionError } from '../options.js';

/** @typedef {Readonly<Record<string, string | undefined>>} Claims */
/** @typedef {string | undefined | ((job: Claims, enterprise: string | undefined) => string | undefined)} Rule */

/**
 * Every claim of a job: the value it has in the sample of GitHub's documentation, or how it follows from the claims
 * above it and the enterprise. That makes the order matter. `undefined` leaves a claim out.
 *
 * @type {Readonly<Record<keyof import('./types.d.ts').GithubClaimOverrides, Rule>>}
 */
const RULES = {
  event_name: 'workflow_dispatch',
  repository: 'octo-org/octo-repo',
  repository_id: '74',
  repository_owner: (job) => job.repository?.split('/')[0],
  repository_owner_id: '65',
  repository_visibility: 'private',
  enterprise: (_, enterprise) => enterprise,
  enterprise_id: (job) => (job.enterprise === undefined ? undefined : '1'),
  actor: 'octocat',
  actor_id: '12',
  run_id: '1382493567',
  run_number: '10',
  run_attempt: '2',
  check_run_id: '3872493567',
  runner_environment: 'github-hosted',
  // A pull request is built from its merge ref; `pull_request_target` runs on the base branch, like any other event.
  ref: (job) => (job.event_name === 'pull_request' ? 'refs/pull/1/merge' : 'refs/heads/main'),
  ref_type: (job) => (job.ref === undefined ? undefined : job.ref.startsWith('refs/tags/') ? 'tag' : 'branch'),
  ref_protected: (job) => (job.event_name === 'pull_request' || job.ref === '' ? 'false' : 'true'),
  sha: '2b1d8d6f0d1c4f2e9a7b3c5d6e8f90123456789a',
  head_ref: (job) => (isPullRequest(job) ? 'feature' : ''),
  base_ref: (job) => {
    if (!isPullRequest(job)) return '';
    return job.ref?.startsWith('refs/heads/') ? job.ref.slice('refs/heads/'.length) : 'main';
  },
  environment: (job) => (job.event_name === 'pull_request' ? undefined : 'prod'),
  environment_node_id: undefined,
  issuer_scope: undefined, // in GitHub's metadata, and in no sample of a token
  workflow: 'example-workflow',
  workflow_ref: workflowRef('.github/workflows/example-workflow.yml'),
  workflow_sha: (job) => job.sha,
  job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
  job_workflow_sha: '7f3e5a9c1b2d4e6f8091a2b3c4d5e6f708192a3b',
};

/** The names of the claims that GitHub gives a job, without the registered ones and `repo_property_…`. */
export const JOB_CLAIMS = Object.freeze(Object.keys(RULES));

/** What belongs to a single token rather than to its job, and where to ask for it. */
const TOKEN_CLAIMS = Object.freeze({
  aud: 'ask for the audience with the token',
  exp: 'set `lifetime`',
  iat: 'set `issuedAt`',
  nbf: 'set `issuedAt`',
  jti: 'each token has a fresh one',
});

/**
 * Fills up what a job says about itself.
 *
 * @param {import('./types.d.ts').ClaimOverrides} given claims that differ from the sample; `null` leaves one out
 * @param {string | undefined} enterprise the enterprise that the job belongs to
 * @param {import('./profiles.js').Profile['claims']} [profile] how claims follow in another kind of run
 * @returns {Record<string, string>} without `iss` and `sub`, unless they were given
 * @throws an error with code `option_invalid`
 */
export function deriveClaims(given, enterprise, profile = {}) {
  checkObject('claims', given);
  /** @type {Record<string, string>} */
  const claims = Object.create(null); // no name, not even `__proto__`, means anything here
  /** @param {string} name @param {string | null | undefined} value */
  const set = (name, value) => {
    if (value !== undefined && value !== null) claims[name] = value;
  };
  for (const [name, value] of Object.entries(given)) checkClaim(name, value);
  for (const [name, rule] of Object.entries({ ...RULES, ...profile })) {
    if (given[name] !== undefined) set(name, given[name]);
    else set(name, typeof rule === 'function' ? rule(claims, enterprise) : rule);
  }
  for (const [name, value] of Object.entries(given)) set(name, value);
  return { ...claims };
}

/**
 * A workflow at the ref of the run. A run without a ref, as of a deployment of a commit, is of the commit.
 *
 * @param {string} path
 * @returns {(job: Claims) => string | undefined}
 */
export function workflowRef(path) {
  return ({ repository, ref, sha }) => (repository && ref !== undefined ? `${repository}/${path}@${ref || sha}` : undefined);
}

/** @param {Claims} job */
function isPullRequest(job) {
  return job.event_name === 'pull_request' || job.event_name === 'pull_request_target';
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function checkClaim(name, value) {
  if (Object.hasOwn(TOKEN_CLAIMS, name)) {
    const hint = TOKEN_CLAIMS[/** @type {keyof typeof TOKEN_CLAIMS} */ (name)];
    throw optionError(`claim \`${name}\` belongs to a token, not to its job; ${hint}`);
  }
  if (value !== undefined && value !== null && typeof value !== 'string') {
    throw optionError(`claim \`${name}\` must be a string, as every claim of GitHub's; write \`"${value}"\``);
  }
}
