/** Claims of GitHub's own, each with a value of the type `T`. `tests/package/types.test.mjs` compares the sentences with the core's table. */
export interface ClaimTable<T> {
  /** The account that started the run. */
  actor?: T;
  /** The id of the account that started the run. */
  actor_id?: T;
  /** The run's id, the same for each attempt. */
  run_id?: T;
  /** How often the workflow has run. */
  run_number?: T;
  /** How often this run has been started. */
  run_attempt?: T;
  /** The id of the job's check run. */
  check_run_id?: T;
  /** Where the job runs: `github-hosted` or `self-hosted`. */
  runner_environment?: T;
  /** The Git reference that started the run: `refs/heads/…`, `refs/tags/…` or `refs/pull/…`. */
  ref?: T;
  /** What the reference is: `branch` or `tag`. */
  ref_type?: T;
  /** Whether branch protection holds for the reference: `true` or `false`. */
  ref_protected?: T;
  /** The commit that started the run. */
  sha?: T;
  /** The source branch of a pull request; empty otherwise. */
  head_ref?: T;
  /** The target branch of a pull request; empty otherwise. */
  base_ref?: T;
  /** The event that started the run, such as `push` or `pull_request`. */
  event_name?: T;
  /** The repository of the workflow, as `OWNER/REPO`. */
  repository?: T;
  /** The repository's id, which outlives renames and transfers. */
  repository_id?: T;
  /** The account that owns the repository. */
  repository_owner?: T;
  /** The id of the account that owns the repository. */
  repository_owner_id?: T;
  /** Who sees the repository: `public`, `private` or `internal`. */
  repository_visibility?: T;
  /** The enterprise that the repository belongs to. */
  enterprise?: T;
  /** The id of the enterprise that the repository belongs to. */
  enterprise_id?: T;
  /** The scope of the issuer. GitHub's metadata lists the claim, and no documentation says more of it. */
  issuer_scope?: T;
  /** The workflow's name. */
  workflow?: T;
  /** The caller's workflow file and reference: `OWNER/REPO/.github/workflows/FILE@REF`. */
  workflow_ref?: T;
  /** The commit of the caller's workflow file. */
  workflow_sha?: T;
  /** The file and reference of the workflow that holds the job; with a reusable workflow, the called one. */
  job_workflow_ref?: T;
  /** The commit of the workflow file that holds the job. */
  job_workflow_sha?: T;
  /** The job's deployment environment; absent when it has none. */
  environment?: T;
  /** The node id of the job's deployment environment. */
  environment_node_id?: T;
}

/** The claims of a GitHub Actions token. All of GitHub's own are strings, ids and booleans included. */
export interface GithubClaims extends ClaimTable<string> {
  /** Who issued the token. */
  iss: string;
  /** Whom the token is about: the job, by claims that its owner may choose. */
  sub: string;
  /** Whom the token is for. */
  aud: string | readonly string[];
  /** When the token was issued. */
  iat: number;
  /** When the token begins. */
  nbf?: number;
  /** When the token ends. */
  exp: number;
  /** The token's id, of use against replay. */
  jti: string;
  /** A custom property of the repository. */
  [property: `repo_property_${string}`]: string;
  /** Whatever else the issuer adds. */
  [claim: string]: unknown;
}
