import { ClaimgateError, createVerifier, inspectUnverified } from 'claimgate';
import { quoted, visibleJson } from '../explain/text.js';
import { tightPolicy } from '../explain/tight-policy.js';
import { optionError } from '../options.js';
import { isRefusal } from '../refusals.js';
import { hasSecret } from '../secrets.js';
import { EXIT, complain, describe, print } from './command.js';
import { readToken } from './input.js';
import { hintFor } from './malformed.js';
import { exitOf, readVerification, verifyByItself } from './verification.js';

const NAME = 'claimgate policy from-token';

/**
 * Runs `claimgate policy from-token`. Standard output has the policy or nothing, so that it can go to a file.
 *
 * @type {import('./grammar.js').Work}
 */
export async function runFromToken(args) {
  for (const name of ['role', 'audience']) {
    // It would be a part of the policy, for all its readers.
    if (hasSecret(args.value(name) ?? '')) throw optionError(`\`--${name}\` looks like a token or a key`);
  }
  const how = await readVerification(args);
  const token = await readToken('policy from-token', args.positionals[0]);
  let inspection;
  let policy;
  try {
    inspection = inspectUnverified(token);
    policy = policyFor(inspection, args.value('role'), args.value('audience'));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return refuse(error, hintFor(token, error));
  }
  createVerifier({ policy }); // what it says about the policy is about the token, the role or the audience
  const verification = await verifyByItself(token, inspection, how);
  if ('error' in verification) refuse(verification.error, verification.hint);
  else {
    if (verification.verdict === 'not_verified') complain(`${NAME}: the token is NOT VERIFIED: anyone could have written it; \`--keys\` or \`--fetch\` verifies it`);
    if (!args.has('audience') && [policy.audience].flat().includes(inspection.defaultAudience ?? '')) {
      complain(`${NAME}: warning: the audience is the default, which every service may get; give that of yours with \`--audience\``);
    }
    print([visibleJson(JSON.stringify(policy, null, 2))]);
  }
  return exitOf(verification);
}

/**
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {string} [role]
 * @param {string} [audience]
 */
function policyFor(inspection, role, audience) {
  const { problem, subject } = inspection;
  if (problem) throw new ClaimgateError(problem.code, problem.message);
  if (subject?.check === 'contradictory') throw new ClaimgateError('subject_contradiction', subject.message);
  const policy = tightPolicy(inspection, { role, audience });
  if (policy) return policy;
  if (inspection.issuer) throw new ClaimgateError('claim_missing', 'the token names no repository, which a policy would pin', { claim: 'repository' });
  throw new ClaimgateError('issuer_mismatch', `\`iss\` is not an issuer of GitHub's: ${quoted(String(inspection.claims.iss))}`, { claim: 'iss' });
}

/**
 * @param {ClaimgateError} error
 * @param {string} [hint]
 */
function refuse(error, hint) {
  complain(`${NAME}: ${describe(error)}${hint === undefined ? '' : `; ${hint}`}`);
  return EXIT.refused;
}
