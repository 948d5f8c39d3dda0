/**
 * `claimgate`: verifies the OpenID Connect tokens of GitHub Actions, and decides by a trust policy what a job may have.
 *
 * @example
 * import { createVerifier } from 'claimgate';
 * import policy from './policy.json' with { type: 'json' };
 *
 * const verifier = createVerifier({ policy });
 * const job = await verifier.authorize(token, { role: 'deploy-production' });
 * console.log(`${job.claims.repository} may deploy by ${job.rule}`);
 */

import type { GithubClaims } from './claims.js';
import type { AbortSignal, Request, Response } from './platform.js';
import type { Checked, PolicyInput, PolicyIssuer } from './policy.js';

export type { ClaimTable, GithubClaims } from './claims.js';
export type { Policy, PolicyCondition, PolicyInput, PolicyIssuer, PolicyNewClaims, PolicyPattern, PolicyRole, PolicyRule } from './policy.js';

/**
 * Loads a policy. Fetches nothing yet: keys are fetched when the first token comes. Make one verifier and keep it: it holds
 * the keys.
 *
 * @throws {ClaimgateError} when the policy or an option is wrong; `place` and `suggestion` say where and what was meant.
 */
export function createVerifier<const P extends PolicyInput = PolicyInput>(options: VerifierOptions<P>): Verifier;

export type VerifierOptions<P extends PolicyInput = PolicyInput> = {
  /**
   * The trust policy: an object of plain data, such as a JSON import, or its text. A member that is `undefined`, as an unset environment
   * variable, is refused: left out, it would be a condition less.
   */
  policy: P & Checked<P>;
  /**
   * What verifies signatures, and signs the tokens of an exchange: `host` is the runtime's synchronous `node:crypto`, `webcrypto` is
   * `crypto.subtle`, `wasm` is the package's own code. The default is the fastest: `host` in Node, Bun, Deno and workerd with Node
   * compatibility; `webcrypto` in workerd without it, on Vercel's edge and in browsers; `wasm` for RSA in Deno, Firefox and Safari, and
   * where there is nothing else. The answers are the same.
   */
  crypto?: 'host' | 'webcrypto' | 'wasm';
  /** The signature algorithms that are accepted; `['RS256']`, GitHub's only one, unless given. */
  algorithms?: readonly Algorithm[];
  /** Seconds of clock skew that are forgiven: 60 unless given, at most 300. */
  leeway?: number;
  /** Seconds: a token that was issued longer ago is refused, however long it lives. The leeway is not added. */
  maxAge?: number;
  /** The time in seconds since 1970; the system's clock unless given. */
  clock?: () => number;
  /**
   * Told of what goes wrong while nobody waits for it: keys that could not be fetched again while those that are kept still
   * hold, a cache that failed. `console.error` unless given.
   */
  onError?: (error: unknown) => unknown;
  /** Told how many bytes of the policy's text have been read: every few MB, so that people who wait for a large one see it. */
  onProgress?: (bytes: number) => unknown;
} & (
  | {
      /** How keys are fetched and kept. */
      remoteKeys?: RemoteKeysOptions;
      keys?: undefined;
    }
  | {
      /** Pinned JWK Sets by the names of all the policy's issuers: nothing is fetched. */
      keys: Readonly<Record<string, JwkSet | string>>;
      remoteKeys?: undefined;
    }
);

/** How the keys of issuers are fetched and kept. All times are in seconds, by the verifier's clock. */
export interface RemoteKeysOptions {
  /**
   * Fetches metadata and keys. Default: the global `fetch`. Pass another one to use a proxy: see "Proxies" in the README. Its `Response`
   * must have a body that is a web stream, or a stream of Node as node-fetch has. Callers do not see the errors that it throws; `onError`
   * receives them as the `cause`.
   */
  fetch?: Fetch;
  /** A cache outside of the isolate, for isolates that are short-lived. See `claimgate/caches`. */
  cache?: KeyCache;
  /** How long an issuer may take for its metadata and keys together. Default: 5, at most 60. */
  timeout?: number;
  /**
   * The minimum time between refetches that tokens cause: by an unknown `kid`, or by a signature that the key with the token's `kid`
   * does not verify, since the issuer may have replaced it. Default: 10.
   */
  cooldown?: number;
  /**
   * The longest time that keys are used without asking the issuer again: 600 unless given. Its `Cache-Control` may shorten that
   * down to 60. They are fetched again in the background before it has passed.
   */
  maxFresh?: number;
  /**
   * The longest time since the issuer was last asked that keys are used while it cannot be reached: 3600 unless given. A key
   * that is withdrawn during an outage is trusted for as long.
   */
  maxStale?: number;
}

/** What is used of `fetch`: the global one, that of undici and that of node-fetch have it. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchResponse>;

export interface FetchInit {
  headers: Record<string, string>;
  redirect: 'manual';
  /** `no-store`, where requests have it. */
  cache?: 'no-store';
  signal: AbortSignal;
}

export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: unknown;
}

/**
 * A cache outside of the isolate. Its entries are trusted: who can write there decides which keys are. What it throws goes to
 * `onError`, and the issuer is asked instead.
 */
export interface KeyCache {
  /** The text that was put there under this name; nothing if there is none any more. */
  get(name: string): Promise<string | null | undefined>;
  /** Keeps a text for `ttl` seconds; it may be forgotten earlier. */
  put(name: string, text: string, options: { ttl: number }): Promise<void>;
}

export interface Verifier {
  /** The policy's issuers. */
  readonly issuers: readonly IssuerInfo[];
  /** What verifies signatures. */
  readonly crypto: 'host' | 'webcrypto' | 'wasm';
  /**
   * The `iss` of each issuer that a role trusts; most roles trust one.
   *
   * @throws {ClaimgateError} with `role_unknown`.
   */
  issuersOf(role: string): readonly string[];
  /**
   * Verifies a token for the issuer and audience of the role, and decides whether it has the role.
   *
   * @param token the compact JWS, without `Bearer `
   * @throws {ClaimgateError} when it does not: `code` says why; `no_rule_matches` and `rule_denies` have an `explanation`.
   *   With `keys_unavailable` nothing is known of the token, and `retryAfter` says when to try again.
   */
  authorize(token: string, options: AuthorizeOptions): Promise<Authorized>;
  /**
   * Fetches the keys of all the policy's issuers, so that the first token need not wait for them.
   *
   * @throws {ClaimgateError} with `keys_unavailable`; the verifier can be used all the same, and tries again.
   */
  hydrate(): Promise<void>;
  /**
   * Holds a token against every rule of a role **without verifying it**, for people who ask why it is refused. Anybody can
   * write a token that "passes" here: it is no decision.
   *
   * @throws {ClaimgateError} when the token is malformed, lacks a required claim, or the policy has no such role.
   */
  explainUnverified(token: string, options: { role: string }): UnverifiedExplanation;
  /** What is legal in the policy and probably not meant: the first 100 warnings, and how many more there are. */
  policyWarnings(): { readonly warnings: readonly PolicyWarning[]; readonly omitted: number };
  /** What became of an issuer's keys when they were last loaded, by its name in the policy. */
  keyReport(name: string): KeyReport | undefined;
}

export interface AuthorizeOptions {
  /** The role's name in the policy. */
  role: string;
  /**
   * Whether explanations, of denials and of the job, say what the policy expects (`full`, the default) or only what the token
   * has and which conditions match (`claims`).
   */
  explain?: 'full' | 'claims';
  /** Keeps work alive after the response: in Workers and on Vercel that of the context, for keys fetched ahead of time. */
  waitUntil?: (work: Promise<unknown>) => unknown;
}

/** A job that has a role. Only `authorize` makes one, and nobody can change it. */
export interface Authorized {
  readonly [authorizedByPolicy]: true;
  readonly role: string;
  /** The first rule that admits the job, such as `allow[0]`. */
  readonly rule: string;
  /** The verified `iss`. */
  readonly issuer: string;
  /** The verified audience: one of `aud`. */
  readonly audience: string;
  /** All that the token says. */
  readonly claims: Readonly<GithubClaims>;
  readonly subject: Subject;
  /** What the role grants, if the policy says so. */
  readonly grant: Grant | undefined;
  /** The rules of the role, as `explain` allows. Of more than 100, the one that admits and others; fewer if they are long. */
  readonly explanation: readonly RuleOutcome[];
  /** How many rules `explanation` leaves out, if it does. */
  readonly omittedRules?: number;
  /** All of the above as plain data, for logs. */
  toJSON(): object;
}
declare const authorizedByPolicy: unique symbol;

/** `sub`, read beside the other claims. */
export type Subject =
  | {
      readonly check: 'consistent';
      /** How it names the repository: `immutable` with ids, `classic` without, or not at all. */
      readonly repository: 'classic' | 'immutable' | null;
      /** Whether it has claims of the owner's choice. */
      readonly customised: boolean;
      /** Its parts; a value is null where the key says it all. */
      readonly segments: readonly { readonly key: string; readonly value: string | null }[];
    }
  | {
      readonly check: 'unchecked';
      /** The first key of a template that is not known; from there on nothing was compared. */
      readonly from: string;
    };

/** The bounds of an access token. */
export interface Grant {
  readonly audience: string;
  readonly scope: readonly string[];
  /** Seconds. */
  readonly ttl: number;
}

/** One rule, evaluated against the token. */
export interface RuleOutcome {
  /** Where it stands in the role, such as `allow[0]`. */
  readonly rule: string;
  /** What it is for, in the words of the policy's owner; absent if the policy does not say, or is not disclosed. */
  readonly description?: string;
  readonly effect: 'allow' | 'deny';
  readonly matched: boolean;
  readonly conditions: readonly ConditionOutcome[];
  /** How many conditions are left out, if some are: an explanation has at most 64 KB of JSON. */
  readonly omittedConditions?: number;
}

/** One condition, evaluated against the token. */
export interface ConditionOutcome {
  readonly claim: string;
  readonly matched: boolean;
  /** What the claim must match, any of these: of more than 16 the first ones and the nearest. null where that is not disclosed. */
  readonly expected: readonly (string | { readonly glob: string } | { readonly has: string })[] | null;
  /** How many patterns `expected` leaves out, if it does. */
  readonly omittedPatterns?: number;
  /** What the token has; null if it lacks the claim. Of more than 256 bytes the first ones, and how many follow. */
  readonly found: string | null;
  /** What a claim that looks right differs in. */
  readonly nearest: { readonly kind: MissKind; readonly hint: string } | null;
}

export type MissKind =
  | 'absent'
  | 'case'
  | 'trailing_slash'
  | 'white_space'
  | 'escaped_colon'
  | 'environment_in_subject'
  | 'no_environment_in_subject'
  | 'immutable_subject'
  | 'classic_subject'
  | 'other_workflow'
  | 'short_ref'
  | 'glob_segment'
  | 'subject_tail'
  | 'workflow_version'
  | 'workflow_file'
  | 'workflow_name'
  | 'empty_ref'
  | 'typo';

/** A token that was **not verified**, held against a role. */
export interface UnverifiedExplanation {
  readonly verified: false;
  readonly role: string;
  /** The role's issuers, and the token's `iss`. */
  readonly issuer: { readonly matched: boolean; readonly expected: readonly string[]; readonly found: string };
  /** The role's audiences, and the token's `aud`: one in common is enough. */
  readonly audience: { readonly matched: boolean; readonly expected: readonly string[]; readonly found: readonly string[] };
  /** The rule that matches: one that denies, or else the first that allows. */
  readonly rule: string | null;
  /** Whether the rules would admit the token, were it genuine, and of that issuer, for that audience, and in its time. */
  readonly rulesAdmit: boolean;
  /** The rules of the role. Of more than 100, the one that decides and those that come nearest; fewer if they are long. */
  readonly explanation: readonly RuleOutcome[];
  /** How many rules `explanation` leaves out, if it does. */
  readonly omittedRules?: number;
}

/** Something in a policy that is legal and probably a mistake. */
export interface PolicyWarning {
  /** Stable, as the codes of errors are. */
  readonly code: 'other_pattern_language' | 'white_space' | 'long_branch_name' | 'subject_ids_free';
  /** Where in the policy, such as `roles.deploy.deny[0].ref`. */
  readonly place: string;
  readonly message: string;
}

/** An issuer of the policy. */
export interface IssuerInfo {
  /** Its name in the policy. */
  readonly name: string;
  /** Its `iss`. */
  readonly issuer: string;
  /** Where its metadata is. */
  readonly discovery: string;
}

/** Which keys of a set are used, and why others are not. */
export interface KeyReport {
  readonly usable: readonly { readonly kid: string; readonly alg: Algorithm }[];
  readonly skipped: readonly { readonly index: number; readonly kid: string | null; readonly reason: string }[];
  /** Each `kid` that several usable keys share: none of them is used. */
  readonly ambiguous: readonly string[];
}

/**
 * A fetch handler that calls `handle` for a request whose bearer token has the role. It answers all others with the response of a
 * `GuardError`.
 *
 * @example
 * export default { fetch: createGate({ policy, role: 'deploy-production', handle: deploy }) };
 *
 * @throws {ClaimgateError} when the policy or an option is wrong.
 */
export function createGate<Rest extends unknown[] = unknown[], const P extends PolicyInput = PolicyInput>(options: GateOptions<Rest, P>): FetchHandler<Rest>;

export type GateOptions<Rest extends unknown[] = any[], P extends PolicyInput = PolicyInput> = GuardOptions<P> & {
  /**
   * Answers a request whose job has the role. What it throws is passed on to the runtime.
   *
   * @param rest what the runtime hands to a fetch handler besides the request, such as `env` and `ctx`
   */
  handle: (request: Request, job: Authorized, ...rest: Rest) => Response | Promise<Response>;
};

export type FetchHandler<Rest extends unknown[] = any[]> = (request: Request, ...rest: Rest) => Promise<Response>;

/**
 * Decides in front of a handler, in any framework: the guard returns the job whose bearer token has the role, or throws a `GuardError`.
 * Always `await` it. Frameworks may ignore what a hook returns, but they run no handler after its hook threw.
 *
 * @example
 * const guard = createGuard({ policy, role: 'deploy-production' });
 *
 * app.use('/deploy/*', async (context, next) => { // Hono, in Workers
 *   context.set('job', await guard(context.req.raw, context.executionCtx));
 *   await next();
 * });
 *
 * @example
 * app.addHook('onRequest', async (request) => { // Fastify
 *   request.job = await guard(request);
 * });
 *
 * @throws {ClaimgateError} when the policy or an option is wrong.
 */
export function createGuard<const P extends PolicyInput = PolicyInput>(options: GuardOptions<P>): Guard;

export type GuardOptions<P extends PolicyInput = PolicyInput> = {
  /** The role that a job must have. */
  role: string;
  /** Whether a denial says what the policy expects (`full`) or only what the token has (`claims`, the default). */
  explain?: 'full' | 'claims';
  /** Lets each token pass once; unless given, a token can be presented again until it expires. See `claimgate/replay`. */
  replay?: ReplayStore;
  /**
   * Receives what callers must not see: why keys could not be fetched or a token could not be looked up (503), and internal errors
   * (500). Each failure is reported once, however many requests meet it. The default is `console.error`.
   */
  onError?: (error: unknown) => unknown;
  /** Told how many bytes of the policy's text have been read: every few MB, so that people who wait for a large one see it. */
  onProgress?: (bytes: number) => unknown;
} & (({ verifier?: undefined } & VerifierOptions<P>) | { /** A verifier to share between gates. */ verifier: Verifier });

/** Remembers which tokens were used. */
export interface ReplayStore {
  /**
   * Notes that a token is used: true for the first who asks, and false for all others, also of several at once.
   *
   * @param id 64 hexadecimal digits
   * @param expires when it may be forgotten, in seconds since 1970
   * @throws when it cannot know: then nobody is let through
   */
  use(id: string, expires: number): Promise<boolean> | boolean;
  /**
   * Whether a token was used, without using it. Only an exchange asks, of the access tokens that it has revoked.
   *
   * @throws when it cannot know
   */
  has?(id: string): Promise<boolean> | boolean;
}

/**
 * @param request the framework's request
 * @param context the context of Workers or Vercel, which keeps keys that are fetched ahead of time alive
 * @throws {GuardError} and nothing else, whatever happens
 */
export type Guard = (request: GuardRequest, context?: { waitUntil(work: Promise<unknown>): unknown }) => Promise<Authorized>;

/**
 * A request: that of the Fetch API, Node's, an event of AWS Lambda, or a framework's. Only its `Authorization` header is read. Several
 * of them are `request_malformed`, also where `headers` shows only one: then `headersDistinct`, `multiValueHeaders` and the Node request
 * in `raw`, `req` or `node.req` show the others.
 */
export interface GuardRequest {
  /** Anything with `get`, or a plain object whose names may have any case; null is a request without headers. */
  readonly headers?: { get(name: string): string | null | undefined } | HeaderRecord | null;
  /** All values of each header: Node's. */
  readonly headersDistinct?: HeaderRecord | null;
  /** All values of each header: API Gateway's and load balancers'. */
  readonly multiValueHeaders?: HeaderRecord | null;
  /** The request below a framework's: Fastify's and Hono's. */
  readonly raw?: unknown;
  /** The request below a framework's: Koa's and h3's. */
  readonly req?: unknown;
}

export type HeaderRecord = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * What a guard throws. Frameworks that read the status and the headers of an error answer correctly by themselves; elsewhere return
 * `getResponse()`. Everything in it may be shown to the caller: the cause of an internal error goes to `onError` only.
 *
 * | `status` | when |
 * |---|---|
 * | 400 | `request_malformed`: several `Authorization` headers |
 * | 401 | `token_missing`, or the token is not accepted |
 * | 403 | `rule_denies`, `no_rule_matches`: the job does not have the role |
 * | 500 | `internal_error`: see `onError` |
 * | 503 | `keys_unavailable`, `replay_unavailable`: nothing was decided, `retryAfter` says when to try again |
 *
 * @example
 * try {
 *   return deploy(await guard(request));
 * } catch (error) {
 *   if (error instanceof GuardError) return error.getResponse();
 *   throw error;
 * }
 */
export class GuardError extends ClaimgateError {
  private constructor();
  readonly status: number;
  /** The same as `status`. */
  readonly statusCode: number;
  /** In lower case: `content-type`, `cache-control`, and `www-authenticate` or `retry-after`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body of the response. */
  readonly problem: ProblemDetails;
  /** Always true: `message` may be shown to the caller. */
  readonly expose: true;
  /** The response, with the problem details as its body: another one at each call. */
  getResponse(): Response;
  /** The same as `getResponse`. */
  toResponse(): Response;
}

/** Problem details (RFC 9457). */
export interface ProblemDetails extends Readonly<Partial<Pick<ErrorDetails, 'claim' | 'place' | 'explanation' | 'omittedRules'>>> {
  /** The documentation of `code`. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail?: string;
  readonly role?: string;
}

/**
 * The gate for Express and `node:http`: calls `next` with the job in `request.job` (in TypeScript `(request as NodeRequest).job`),
 * or answers by itself.
 *
 * @example
 * app.use('/deploy', createNodeGate({ policy, role: 'deploy-production' })); // Express
 *
 * @example
 * const gate = createNodeGate({ policy, role: 'deploy-production' });
 * createServer((request, response) => gate(request, response, () => response.end(request.job.rule)).catch(console.error));
 *
 * @throws {ClaimgateError} when the policy or an option is wrong.
 */
export function createNodeGate<const P extends PolicyInput = PolicyInput>(options: GuardOptions<P>): NodeMiddleware;

export type NodeMiddleware = (request: NodeRequest, response: NodeResponse, next: () => unknown) => Promise<void>;

/** What is used of an `http.IncomingMessage`. */
export interface NodeRequest extends GuardRequest {
  readonly headers: HeaderRecord;
  /** The job that has the role. Only set for the request that `next` is called for. */
  job?: Authorized;
}

/** What is used of an `http.ServerResponse`. */
export interface NodeResponse {
  writeHead(status: number, headers: Record<string, string>): unknown;
  end(body: string): unknown;
}

/**
 * Header and claims of a token, **not verified**: anybody can write them. For display, never for a decision.
 *
 * @throws {ClaimgateError} when the token is malformed.
 */
export function decodeUnverified(token: string): DecodedToken;

export interface DecodedToken {
  header: { alg: Algorithm; kid: string };
  claims: Record<string, unknown>;
}

/**
 * Takes a token apart for people, **not verified**: its claims with what they mean, the issuer that it names, and whether
 * `sub` agrees with the other claims.
 *
 * @throws {ClaimgateError} when the token is malformed: `place` and `offset` say where.
 */
export function inspectUnverified(token: string): Inspection;

export interface Inspection extends DecodedToken {
  readonly verified: false;
  /** The claims of `claims` that are known, in the order of GitHub's groups. */
  readonly described: readonly DescribedClaim[];
  /** The issuer that `iss` names; null if it is of no kind that a policy can have, as a look-alike is not. */
  readonly issuer: ParsedIssuer | null;
  /** The `aud` that the token has if its job asked for none; null if that cannot be known. */
  readonly defaultAudience: string | null;
  /** `sub`, read beside the other claims; null if they are not those of a job. */
  readonly subject: Subject | { readonly check: 'contradictory'; readonly message: string } | null;
  /** Why the claims are not those of a job: one is missing, or is not what it must be. */
  readonly problem: { readonly code: ErrorCode; readonly message: string; readonly claim: string } | null;
}

/** A claim that is known. */
export interface DescribedClaim {
  readonly name: string;
  /** What it is about, such as `repository` or `workflow`. */
  readonly group: string;
  /** What it says, in one sentence. */
  readonly description: string;
}

/**
 * The issuer whose `iss` is exactly this text; null if it is of no kind that a policy can have. It need not be one to trust:
 * whoever has a host can run something that calls itself an Enterprise Server.
 */
export function parseIssuer(iss: string): ParsedIssuer | null;

export interface ParsedIssuer {
  /** Its `iss`. */
  readonly issuer: string;
  /** Where its metadata is. */
  readonly discovery: string;
  /** What people call it, such as `github.com` or `the Enterprise Server github.example.com`. */
  readonly name: string;
  /** How a policy names it. */
  readonly policy: PolicyIssuer;
}

/** Everything that is refused. */
export class ClaimgateError extends Error {
  constructor(code: ErrorCode, message: string, details?: { cause?: unknown } & Partial<ErrorDetails>);
  /** Stable: messages may be reworded in any release, a code keeps its name and meaning. */
  readonly code: ErrorCode;
  /** The error as plain data, for logs: without `cause` and `stack`. */
  toJSON(): ErrorJson;
}
export interface ClaimgateError extends Readonly<Partial<ErrorDetails>> {}

/** What an error says besides its code and message, where it applies. */
export interface ErrorDetails {
  /** The claim that failed, or the header parameter that its key did not match. */
  claim: string;
  /** Where in the policy, such as `roles.deploy.allow[0].ref`, or in the token, such as `header.typ` or `payload`. */
  place: string;
  /** At which byte: of the token where its encoding is wrong, of the decoded segment where its JSON is, of the policy or the keys. */
  offset: number;
  /** At which line of the policy or the keys, from 1, if they were given as text. */
  line: number;
  /** At which column, from 1, in characters. */
  column: number;
  /** What was probably meant. */
  suggestion: string;
  /**
   * The rules of the role, evaluated against the token. Of more than 100, the one that decides and others: those that come nearest,
   * or the first ones where it is not disclosed what the policy expects. Fewer if they are long.
   */
  explanation: readonly RuleOutcome[];
  /** How many rules `explanation` leaves out, if it does. */
  omittedRules: number;
  /** After how many seconds to try again. Of `keys_unavailable`: when the issuer will be asked again at the earliest. */
  retryAfter: number;
}

/** What `JSON.stringify` makes of an error. */
export interface ErrorJson extends Readonly<Partial<ErrorDetails>> {
  readonly name: string;
  readonly message: string;
  readonly code: ErrorCode;
  /** Of a `GuardError`. */
  readonly status?: number;
}

/** Every code. */
export function errorCodes(): ErrorCode[];

export type ErrorCode =
  | 'token_missing'
  | 'token_too_large'
  | 'token_segments'
  | 'token_encoding'
  | 'token_json'
  | 'token_header'
  | 'token_kind'
  | 'algorithm_unsupported'
  | 'keys_unavailable'
  | 'key_unknown'
  | 'key_ambiguous'
  | 'algorithm_mismatch'
  | 'signature_invalid'
  | 'claim_missing'
  | 'claim_malformed'
  | 'issuer_mismatch'
  | 'audience_mismatch'
  | 'token_expired'
  | 'token_not_yet_valid'
  | 'token_issued_in_future'
  | 'token_too_old'
  | 'subject_contradiction'
  | 'role_unknown'
  | 'role_mismatch'
  | 'rule_denies'
  | 'no_rule_matches'
  | 'token_used'
  | 'replay_unavailable'
  | 'grant_missing'
  | 'audience_not_granted'
  | 'scope_not_granted'
  | 'signing_keys_invalid'
  | 'signing_failed'
  | 'request_malformed'
  | 'request_too_large'
  | 'grant_type_unsupported'
  | 'token_type_unsupported'
  | 'client_unknown'
  | 'audit_unavailable'
  | 'policy_json'
  | 'policy_member_unknown'
  | 'policy_member_missing'
  | 'policy_value'
  | 'policy_unscoped'
  | 'document_syntax'
  | 'document_unknown'
  | 'document_too_large'
  | 'key_set_too_large'
  | 'key_set_malformed'
  | 'option_invalid'
  | 'not_started'
  | 'core_failed'
  | 'internal_error';

export type Algorithm = 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'EdDSA';

/** A JWK Set (RFC 7517). */
export interface JwkSet {
  readonly keys: readonly object[];
}
