import { ClaimgateError } from '../errors.js';
import { RETRY_AFTER, infoOf } from '../refusals.js';
import { withoutSecrets } from '../secrets.js';
import { asciiJson } from '../util/escape.js';
import { sha256 } from '../util/sha256.js';
import { withTimeout } from '../util/timeout.js';
import { isRefusal } from './answers.js';
import { decodeUnverified } from './core.js';

/** Who a job is. */
const IDENTITY = Object.freeze([
  'sub',
  'repository',
  'repository_id',
  'repository_owner',
  'repository_owner_id',
  'environment',
  'event_name',
  'ref',
  'sha',
  'actor',
  'actor_id',
  'run_id',
  'run_attempt',
  'workflow_ref',
  'job_workflow_ref',
]);

/** Characters of one value: whoever writes a token chooses how long they are. */
const VALUE_LENGTH = 512;

/** Milliseconds that a sink may take: a job waits for it. */
const TIMEOUT_MS = 5000;

/** @typedef {import('./token.js').Asked} Asked @typedef {import('./token.js').Issued} Issued */

/**
 * An exchange that is under way: when it began in milliseconds, and what was asked for, once that is known.
 *
 * @typedef {{ began: number, asked?: Asked }} Decision
 */

/**
 * Tells of each decision: one line of JSON to the sink, and the counts to the metrics.
 *
 * @param {object} options
 * @param {import('./types.d.ts').AuditSink | undefined} options.sink
 * @param {import('./types.d.ts').Metrics | undefined} options.metrics
 * @param {(error: unknown) => void} options.report
 * @param {() => number} options.clock seconds since 1970
 */
export function createAuditor({ sink, metrics, report, clock }) {
  /** @param {Record<string, unknown>} record */
  async function tell(record) {
    // What a job says of itself may be meant for whoever reads the log.
    const line = asciiJson(JSON.stringify({ time: timeOf(clock), ...record }));
    await withTimeout(TIMEOUT_MS, async () => sink?.(line));
  }

  /**
   * @param {Decision} decision
   * @param {string} verdict
   * @param {string} [code]
   */
  function count({ began, asked }, verdict, code = '') {
    // A role that does not exist is a name that somebody made up.
    const role = code === 'role_unknown' ? '' : (asked?.role ?? '');
    metrics?.exchange({ verdict, code, role, seconds: Math.max(0, Date.now() - began) / 1000 });
  }

  return {
    /** Whether there is anybody to tell. */
    isKept: sink !== undefined,

    /** @returns {Decision} */
    begin: () => ({ began: Date.now() }),

    /**
     * No access token without its line.
     *
     * @param {Decision} decision
     * @param {Issued} issued
     */
    async issued(decision, issued) {
      const { asked } = decision;
      if (sink && asked) {
        const access = { jti: issued.id, scope: issued.scope, lifetime: issued.lifetime };
        const record = { verdict: 'issued', role: asked.role, rule: issued.rule, access_token: access };
        try {
          await tell({ event: 'token_exchange', ...record, ...(await subject(asked.token, JSON.parse(issued.claims ?? '{}'), true)) });
        } catch (cause) {
          throw new ClaimgateError('audit_unavailable', 'the audit line could not be kept', { cause, retryAfter: RETRY_AFTER });
        }
      }
      count(decision, 'issued');
    },

    /**
     * @param {Decision} decision
     * @param {unknown} error
     */
    async refused(decision, error) {
      const { asked } = decision;
      const code = error instanceof ClaimgateError ? error.code : undefined;
      const verdict = isRefusal(error) ? 'denied' : 'failed';
      count(decision, verdict, code ?? 'internal');
      if (!sink || code === 'audit_unavailable') return;
      try {
        const reason = error instanceof ClaimgateError ? error.message : undefined;
        const wanted = asked && { role: text(asked.role), audience: text(asked.audiences.join(' ') || undefined), scope: text(asked.scope) };
        const who = asked && (await subject(asked.token, unverifiedClaims(asked.token), infoOf(error)?.verified === true));
        await tell({ event: 'token_exchange', verdict, code, reason, ...wanted, ...who });
      } catch (failure) {
        report(failure);
      }
    },

    /** @param {{ id: string, claims: Record<string, unknown> }} token */
    async revoked({ id, claims }) {
      metrics?.revocation();
      if (!sink) return;
      try {
        const job = { issuer: text(claims.job_issuer), ...identity(claims) };
        await tell({ event: 'revocation', access_token: { jti: id }, role: text(claims.role), job });
      } catch (failure) {
        report(failure);
      }
    },

    /** @param {boolean} isActive */
    introspected(isActive) {
      metrics?.introspection(isActive);
    },
  };
}

/**
 * None of a clock that makes no sense: that it does is what the line is about.
 *
 * @param {() => number} clock
 */
function timeOf(clock) {
  try {
    return new Date(clock() * 1000).toISOString();
  } catch {
    return undefined;
  }
}

/**
 * The token of a job, by which it is found again, and the job.
 *
 * @param {string} token
 * @param {Record<string, unknown>} claims
 * @param {boolean} verified
 */
async function subject(token, claims, verified) {
  const { iss, jti } = claims;
  return { subject_token: { issuer: text(iss), jti: text(jti), sha256: await sha256(token), verified }, job: identity(claims) };
}

/** @param {string} token */
function unverifiedClaims(token) {
  try {
    return decodeUnverified(token);
  } catch {
    return {};
  }
}

/** @param {Record<string, unknown>} claims */
function identity(claims) {
  return Object.fromEntries(IDENTITY.map((name) => [name, text(claims[name])]).filter(([, value]) => value !== undefined));
}

/**
 * Text from outside, cut, and without the secrets that may stand where a name was expected.
 *
 * @param {unknown} value
 */
function text(value) {
  return typeof value === 'string' ? withoutSecrets(value.slice(0, 4 * VALUE_LENGTH)).slice(0, VALUE_LENGTH) : undefined;
}
