/**
 * `claimgate/issuer`: GitHub's OIDC provider for development and tests.
 *
 * It listens on 127.0.0.1 only, makes its keys when it starts and forgets them when it stops. What it mints has the
 * shape of a GitHub Actions token; nothing outside the machine trusts it.
 *
 * @example
 * import { startIssuer } from 'claimgate/issuer';
 *
 * const issuer = await startIssuer();
 * const job = issuer.job({ claims: { repository: 'octo-org/octo-repo', environment: 'prod' } });
 * const token = await job.token('https://deploy.example.com');
 * await issuer.close();
 */

/**
 * Starts an issuer.
 *
 * @throws an error with code `option_invalid` when the options are wrong or contradict each other, or the port cannot
 *   be listened on.
 */
export function startIssuer(options?: IssuerOptions): Promise<Issuer>;

/** Which deployment of GitHub the tokens claim to come from. */
export type IssuerKind = 'loopback' | 'github' | 'ghes' | 'ghe.com';

export interface IssuerOptions {
  /**
   * What `iss` says:
   * - `loopback` (the default): where the issuer is served, so that a verifier finds the keys without further help;
   * - `github`: `https://token.actions.githubusercontent.com`, with `/<enterprise>` when `enterprise` is given;
   * - `ghes`: `https://<host>/_services/token`;
   * - `ghe.com`: `https://token.actions.<subdomain>.ghe.com`, with `/<subdomain>` when `enterprise` is true.
   *
   * Discovery and keys are served under the path of `iss`. For every kind but `loopback` it is up to the caller to
   * lead requests for the real host to `Issuer.url`.
   */
  kind?: IssuerKind;
  /** Kind `github`: the enterprise's slug. Kind `ghe.com`: true for the enterprise's own issuer. */
  enterprise?: string | boolean;
  /** Kind `ghes`: the host name of the server, in lower case. */
  host?: string;
  /** Kind `ghe.com`: the enterprise's subdomain, in lower case. */
  subdomain?: string;
  /** The port on 127.0.0.1; 0, the default, takes a free one. */
  port?: number;
  /** The time in seconds since 1970, read for each token; the system's clock unless given. */
  clock?: () => number;
}

export interface Issuer {
  /** Where the issuer is served: `http://127.0.0.1:PORT`, without a trailing slash. */
  readonly url: string;
  /** The `iss` of its tokens. */
  readonly issuer: string;
  /**
   * Adds a job that can ask for tokens, until the issuer is closed.
   *
   * @throws an error with code `option_invalid`.
   */
  job(options?: JobOptions): Job;
  /** Signs with a new key from now on. Resolves to the `kid` of the new key. */
  rotate(options?: RotateOptions): Promise<{ kid: string }>;
  /** Stops listening and drops open connections. Closing twice does no harm. */
  close(): Promise<void>;
}

export interface RotateOptions {
  /** Whether the keys published so far stay published (the default) or are withdrawn at once. */
  keepOld?: boolean;
}

export interface JobOptions {
  /**
   * Claims that differ from the sample job of GitHub's documentation. Claims that follow from others (`ref_type` from
   * `ref`, say) follow these as well, unless they are given themselves: that is how to make contradictory tokens.
   * `null` leaves a claim out. Ids stay as they are when a name changes.
   */
  claims?: ClaimOverrides;
  /** How `sub` is rendered; not together with `claims.sub`. */
  subject?: SubjectOptions;
  /** The `iat` of every token, in seconds since 1970; the issuer's clock unless given. */
  issuedAt?: number;
  /** Seconds from `iat` to `exp`; 300 unless given. */
  lifetime?: number;
}

export interface SubjectOptions {
  /** Whether the ids are part of it: `repo:OWNER@ID/REPO@ID`. False unless given; never on GHES. */
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
    /** A bearer token of this job alone. */
    readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string;
  };
  /** What every token of the job carries besides `aud`, `iat`, `nbf`, `exp` and `jti`. */
  readonly claims: Readonly<Record<string, string>>;
  /**
   * Mints a token without asking over HTTP.
   *
   * @param audience the `aud`; unless given, the URL of the repository's owner, as at GitHub.
   * @throws an error with code `option_invalid` when there is neither an audience nor an owner.
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
