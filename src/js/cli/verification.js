import { ClaimgateError } from 'claimgate';
import { decideByItself, isOperatedByGithub } from '../explain/decide.js';
import { optionError } from '../options.js';
import { isRefusal, isTemporary } from '../refusals.js';
import { EXIT } from './command.js';
import { readKeys, unavailableMessage } from './decide.js';
import { hintFor } from './malformed.js';

/**
 * The result of verifying a token by what it says itself, if that was asked for.
 *
 * @typedef {{ verdict: 'not_verified' | 'verified' }
 *   | { verdict: 'refused' | 'undecided', error: ClaimgateError, hint?: string | undefined }} Verification
 */

/** @typedef {Awaited<ReturnType<typeof readVerification>>} Demand */

/**
 * The options `--keys`, `--fetch`, `--issuer` and `--at`.
 *
 * @param {import('./arguments.js').Arguments} args
 */
export async function readVerification(args) {
  const [isFetch, trusted] = [args.has('fetch'), args.value('issuer')];
  if (args.has('keys') && isFetch) throw optionError('give `--keys`, or `--fetch` to get them, but not both');
  if (trusted !== undefined && !args.has('keys') && !isFetch) throw optionError('`--issuer` needs `--fetch` or `--keys`, which verify the token');
  return { keys: await readKeys(args.value('keys')), isFetch, trusted, at: args.time('at'), takes: args.takes };
}

/**
 * Verifies a token against its own claims, if that is asked for: the issuer that it names, and its own audience.
 *
 * @param {string} token
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {Demand} demand
 * @returns {Promise<Verification>}
 */
export async function verifyByItself(token, inspection, { isFetch, takes, ...options }) {
  if (options.keys === undefined && !isFetch) return { verdict: 'not_verified' };
  try {
    await decideByItself(token, inspection, options);
    return { verdict: 'verified' };
  } catch (error) {
    if (isRefusal(error)) return { verdict: 'refused', error, hint: hintFor({ takes }, token, error) };
    if (!isTemporary(error)) throw error;
    const { code, retryAfter } = error;
    const { issuer } = inspection;
    const hint = issuer && options.trusted === undefined && !isOperatedByGithub(issuer) ? `to trust it, pass \`--issuer ${issuer.issuer}\`` : undefined;
    return { verdict: 'undecided', error: new ClaimgateError(code, unavailableMessage(error), { retryAfter }), hint };
  }
}

/** @param {Verification} verification */
export function exitOf({ verdict }) {
  return { not_verified: EXIT.ok, verified: EXIT.ok, refused: EXIT.refused, undecided: EXIT.unavailable }[verdict];
}
