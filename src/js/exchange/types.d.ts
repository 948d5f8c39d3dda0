/**
 * `claimgate/exchange`: a token service that gives a short-lived access token to each job that has a role (RFC 8693).
 *
 * @example
 * import { createExchange } from 'claimgate/exchange';
 * import { durableObjectReplay } from 'claimgate/replay';
 * import policy from './policy.json' with { type: 'json' };
 *
 * export { ReplayObject } from 'claimgate/replay';
 *
 * let exchange;
 * export default {
 *   fetch(request, env, context) {
 *     exchange ??= createExchange({
 *       policy,
 *       issuer: 'https://tokens.example.com',
 *       signer: env.SIGNING_KEYS,
 *       replay: durableObjectReplay(env.REPLAY),
 *     });
 *     return exchange(request, env, context);
 *   },
 * };
 */
import type { ReplayStore } from '../replay/types.js';
import type { FetchHandler, PolicyInput, VerifierOptions } from '../types.js';

export { ClaimgateError } from '../types.js';
export type { ReplayStore } from '../replay/types.js';

/**
 * A fetch handler with the endpoints `/token` (RFC 8693), `/revoke` (RFC 7009), with `resourceServers` `/introspect` (RFC 7662), and
 * the metadata and keys by which verifiers find their way. Make one and keep it: it holds the issuers' keys.
 *
 * @throws {ClaimgateError} when the policy, the keys or an option are wrong.
 */
export function createExchange<Rest extends unknown[] = any[], const P extends PolicyInput = PolicyInput>(options: ExchangeOptions<P>): FetchHandler<Rest>;

export type ExchangeOptions<P extends PolicyInput = PolicyInput> = VerifierOptions<P> & {
  /** The `iss` of the access tokens: the `https` address at which this exchange is reached, without a `/` at the end. */
  issuer: string;
  /** The keys that sign, as `npx claimgate keys new` makes them: the text of a secret, or its object. */
  signer: SigningKeys | string;
  /**
   * Remembers which tokens were used, and which access tokens were revoked; see `claimgate/replay`. In memory unless given, which is
   * for a single process.
   */
  replay?: ReplayStore;
  /** Whether a denial says what the policy expects (`full`) or only what the token has (`claims`, the default). */
  explain?: 'full' | 'claims';
  /** Who may ask `/introspect` whether an access token still holds, by their ids. Unless given, nobody may. */
  resourceServers?: Readonly<Record<string, ResourceServer>>;
  /** Told of each decision. */
  audit?: AuditSink;
  /** Counts the decisions: what `createMetrics` makes. Several exchanges may share one. */
  metrics?: Metrics;
};

/** The keys that sign access tokens, private but for the retired ones. */
export interface SigningKeys {
  /** Signs. */
  readonly current: PrivateJwk;
  /** Will sign: published beforehand, so that every verifier knows it. */
  readonly next?: PrivateJwk;
  /** Did sign: published until their `exp`, in seconds since 1970. */
  readonly retired?: readonly ({ readonly exp?: number } & Readonly<Record<string, unknown>>)[];
}

/** Ed25519 (RFC 8037) or P-256 (RFC 7518, section 6.2). */
export interface PrivateJwk {
  readonly kty: string;
  readonly crv: string;
  readonly kid: string;
  readonly d: string;
  readonly x: string;
  readonly y?: string;
  readonly alg?: string;
  readonly use?: string;
}

/** A server to which access tokens are presented. It authenticates with its id and secret by HTTP Basic. */
export interface ResourceServer {
  /** At least 22 characters of base64url: 128 random bits. */
  readonly secret: string;
  /** The audience of the access tokens that it is told of. */
  readonly audience: string;
}

/**
 * Keeps an audit line: one line of JSON, in ASCII, with no token in it. An access token is handed out only when the line about it is
 * kept: if the sink throws, the job is told to try again.
 *
 * Its members: `time`, `event` (`token_exchange` or `revocation`), `verdict` (`issued`, `denied`, or `failed` for what is no fault of the
 * job), `code` and `reason` of a refusal, `role`, `rule`, the `audience` and `scope` that were refused, `subject_token` (`issuer`, `jti`,
 * `sha256`, and whether it was `verified`), `job` (who: `sub`, `repository`, `run_id`, …) and `access_token` (`jti`, `scope`, `lifetime`).
 */
export type AuditSink = (line: string) => unknown;

/** Counts since it was made, in one isolate or process. */
export function createMetrics(): Metrics;

export interface Metrics {
  /** All of it in the text of OpenMetrics 1.0, of the type `application/openmetrics-text; version=1.0.0; charset=utf-8`. */
  text(): string;
  /** Counts an exchange. For the exchange to call, like those that follow. */
  exchange(event: { verdict: string; code: string; role: string; seconds: number }): void;
  /** Counts a revocation. */
  revocation(): void;
  /** Counts an introspection. */
  introspection(active: boolean): void;
}
