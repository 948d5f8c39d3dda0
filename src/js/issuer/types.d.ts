/**
 * `claimgate/issuer`: GitHub's OIDC provider for development and tests.
 *
 * It generates its keys when they are first needed and keeps them in memory only. Its tokens have the shape of GitHub Actions tokens, but
 * nothing trusts them unless it is given the keys of this issuer.
 *
 * @example
 * import { createVerifier } from 'claimgate';
 * import { createIssuer } from 'claimgate/issuer';
 *
 * const issuer = createIssuer();
 * const verifier = createVerifier({ policy, remoteKeys: { fetch: issuer.fetch } });
 * const token = await issuer.job({ profile: 'push' }).token('https://deploy.example.com');
 */
import type { Response } from '../platform.js';

/**
 * Makes an issuer that is a fetch handler, for every runtime: it uses only Web APIs. Nothing is started, so nothing needs to be closed.
 *
 * @throws an error with code `option_invalid` when the options are wrong or contradict each other.
 */
export function createIssuer(options?: IssuerOptions): Issuer;

/**
 * Starts an issuer on 127.0.0.1. Its default kind is `loopback`. Only in Node, Deno and Bun: elsewhere it fails with `option_invalid`, and
 * `createIssuer` is the one to use.
 *
 * @example
 * const issuer = await startIssuer();
 * const job = issuer.job({ claims: { repository: 'octo-org/octo-repo', environment: 'prod' } });
 * const token = await job.token('https://deploy.example.com');
 * await issuer.close();
 *
 * @throws an error with code `option_invalid` when the options are wrong or contradict each other, or the port cannot be listened on.
 */
export function startIssuer(options?: ServerOptions): Promise<RunningIssuer>;

/** Which deployment of GitHub the tokens claim to come from. */
export type IssuerKind = 'loopback' | 'github' | 'ghes' | 'ghe.com';

/** The options of an identity are checked by the rule that policies have for issuers. */
export interface IssuerOptions {
  /**
   * What `iss` says. Default: `github`, and `loopback` for `startIssuer`.
   * - `github`: `https://token.actions.githubusercontent.com`, with `/<enterprise>` if `enterprise` is set;
   * - `ghes`: `https://<host>/_services/token`;
   * - `ghe.com`: `https://token.actions.<subdomain>.ghe.com`, with `/<subdomain>` if `enterprise` is true;
   * - `loopback`: `url`, so that a verifier finds the keys without further help.
   *
   * Discovery and keys are served under the path of `iss`. For every kind but `loopback` the caller must route requests for the real
   * host to the issuer: `remoteKeys: { fetch: issuer.fetch }` of a verifier does.
   */
  kind?: IssuerKind;
  /** Kind `github`: the enterprise's slug. Kind `ghe.com`: true for the enterprise's own issuer. */
  enterprise?: string | boolean;
  /** Kind `ghes`: the host name of the server in lower case, with its port if that is not 443. */
  host?: string;
  /** Kind `ghe.com`: the enterprise's subdomain, in lower case. */
  subdomain?: string;
  /**
   * Where the handler is served, as an origin: jobs ask there for tokens. Default: the origin of `iss`. Required for kind `loopback`, such as
   * `http://127.0.0.1:8788`.
   */
  url?: string;
  /** The time in seconds since 1970, read for each token. Default: the system's clock. */
  clock?: () => number;
}

export interface ServerOptions extends Omit<IssuerOptions, 'url'> {
  /** The port on 127.0.0.1. Default: 0, which takes a free one. */
  port?: number;
}

/** A request of the Fetch API, also one of undici or node-fetch. */
export interface IssuerRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: { get(name: string): string | null };
}

export interface Issuer {
  /** Where jobs ask for tokens: an origin without a trailing slash. */
  readonly url: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /**
   * Answers a request for metadata, keys, a token or a rotation by its path, whatever its host. It can be used as the `fetch` of a
   * verifier's `remoteKeys`, and as the `fetch` handler of a Worker, Deno or Bun: what they pass with a `Request` is ignored.
   *
   * Jobs and keys are kept in memory, so every request must reach the process or isolate that made them: this is for tests and a single
   * process.
   */
  fetch(input: string | { readonly href: string } | IssuerRequest, init?: object): Promise<Response>;
  /**
   * Adds a job that can ask for tokens.
   *
   * @throws an error with code `option_invalid`.
   */
  job(options?: JobOptions): Job;
  /** Signs with a new key from now on. Resolves to the `kid` of the new key. */
  rotate(options?: RotateOptions): Promise<{ kid: string }>;
  /** The published keys, for `keys` of a verifier. */
  jwks(): Promise<{ keys: PublishedKey[] }>;
}

/** A key as GitHub publishes it. */
export interface PublishedKey {
  readonly kty: 'RSA';
  readonly use: 'sig';
  readonly alg: 'RS256';
  readonly kid: string;
  readonly n: string;
  readonly e: string;
}

export interface RunningIssuer extends Issuer {
  /** Stops listening and drops open connections. Closing twice does no harm. */
  close(): Promise<void>;
}

export interface RotateOptions {
  /** Whether the keys published so far stay published (the default) or are withdrawn at once. */
  keepOld?: boolean;
}

/** A kind of run. Its claims differ from the sample of GitHub's documentation as GitHub describes them for that kind. */
export type ProfileName =
  | 'push'
  | 'pull-request'
  | 'tag'
  | 'environment'
  | 'merge-queue'
  | 'dependabot'
  | 'copilot'
  | 'deployment-of-a-commit'
  | 'reusable'
  | 'immutable';

export interface JobOptions {
  /** The kind of run. Default: the sample job of GitHub's documentation, a deployment to `prod` through a reusable workflow. */
  profile?: ProfileName;
  /**
   * Claims that differ from the profile's. Claims that follow from others (`ref_type` from
   * `ref`, say) follow these as well, unless they are given themselves: that is how to make contradictory tokens.
   * `null` leaves a claim out. Ids stay as they are when a name changes.
   */
  claims?: ClaimOverrides;
  /** How `sub` is rendered; not together with `claims.sub`. */
  subject?: SubjectOptions;
  /** The `iat` of every token, in seconds since 1970. Default: the issuer's clock. */
  issuedAt?: number;
  /** Seconds from `iat` to `exp`. Default: 300. */
  lifetime?: number;
}

export interface SubjectOptions {
  /** Whether the ids are part of it: `repo:OWNER@ID/REPO@ID`. Default: false, and true in the profile `immutable`. Not on GHES. */
  immutable?: boolean;
  /**
   * The keys of a customised subject (GitHub's `include_claim_keys`), in order: `repo`, `context` (what follows the
   * repository in a default subject) or the name of a claim that the job has.
   */
  template?: readonly string[];
}

export interface Job {
  /** What GitHub puts into the environment of a job with `id-token: write`. */
  readonly env: {
    /** Carries a query string already: an audience is appended as `&audience=…`. */
    readonly ACTIONS_ID_TOKEN_REQUEST_URL: string;
    /** A bearer token of this job only. */
    readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string;
  };
  /** What every token of the job carries, in addition to `aud`, `iat`, `nbf`, `exp` and `jti`. */
  readonly claims: Readonly<Record<string, string>>;
  /**
   * Mints a token without asking over HTTP.
   *
   * @param audience the `aud`. Default: the URL of the repository's owner, as at GitHub. The endpoint takes an empty `audience` for none, as
   *   GitHub's does; here it is an error.
   * @throws an error with code `option_invalid` when the audience is empty, or there is neither an audience nor an owner.
   */
  token(audience?: string): Promise<string>;
}

/** The claims that GitHub gives a job; each is a string in the token, ids and booleans included. */
export interface GithubClaimOverrides {
  actor?: string | null;
  actor_id?: string | null;
  base_ref?: string | null;
  check_run_id?: string | null;
  enterprise?: string | null;
  enterprise_id?: string | null;
  environment?: string | null;
  environment_node_id?: string | null;
  event_name?: string | null;
  head_ref?: string | null;
  issuer_scope?: string | null;
  job_workflow_ref?: string | null;
  job_workflow_sha?: string | null;
  ref?: string | null;
  ref_protected?: string | null;
  ref_type?: string | null;
  repository?: string | null;
  repository_id?: string | null;
  repository_owner?: string | null;
  repository_owner_id?: string | null;
  repository_visibility?: string | null;
  run_attempt?: string | null;
  run_id?: string | null;
  run_number?: string | null;
  runner_environment?: string | null;
  sha?: string | null;
  workflow?: string | null;
  workflow_ref?: string | null;
  workflow_sha?: string | null;
}

export interface ClaimOverrides extends GithubClaimOverrides {
  iss?: string | null;
  sub?: string | null;
  /** Custom properties (`repo_property_…`), and any other claim a test needs. */
  [name: string]: string | null | undefined;
}
