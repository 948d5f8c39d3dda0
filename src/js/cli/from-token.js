import { writeFile } from 'node:fs/promises';
import { ClaimgateError, createVerifier, inspectUnverified } from 'claimgate';
import { quoted } from '../explain/text.js';
import { tightPolicy } from '../explain/tight-policy.js';
import { warningsOf } from '../explain/warnings.js';
import { optionError } from '../options.js';
import { isRefusal } from '../refusals.js';
import { hasSecret } from '../secrets.js';
import { visibleJson } from '../util/escape.js';
import { EXIT, complain, describe, print } from './command.js';
import { readToken } from './input.js';
import { hintFor } from './malformed.js';
import { writing } from './output.js';
import { exitOf, readVerification, verifyByItself } from './verification.js';

const NAME = 'claimgate policy from-token';

/**
 * Runs `claimgate policy from-token`. Standard output has the policy or nothing.
 *
 * @type {import('./grammar.js').Work}
 */
export async function runFromToken(args) {
  for (const name of ['role', 'audience']) {
    // It would be a part of the policy, for all its readers.
    if (hasSecret(args.value(name) ?? '')) throw optionError(`\`--${name}\` looks like a token or a key`);
  }
  if (args.has('at') && !args.has('keys') && !args.has('fetch')) throw optionError('`--at` needs `--fetch` or `--keys`, which verify the token');
  const how = await readVerification(args);
  const token = await readToken('policy from-token', args.positionals[0]);
  let inspection;
  let policy;
  try {
    inspection = inspectUnverified(token);
    policy = policyFor(inspection, args.value('role'), args.value('audience'));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return refuse(error, hintFor(args, token, error));
  }
  createVerifier({ policy }); // what it says about the policy is about the token, the role or the audience
  const verification = await verifyByItself(token, inspection, how);
  if ('error' in verification) refuse(verification.error, verification.hint);
  else {
    if (verification.verdict === 'not_verified') complain(`${NAME}: the token is NOT VERIFIED: anyone could have written it; \`--keys\` or \`--fetch\` verifies it`);
    for (const warning of remainingWarnings(inspection, policy, how.at)) complain(`${NAME}: warning: ${warning}`);
    await hand(visibleJson(JSON.stringify(policy, null, 2)), args.value('out'));
  }
  return exitOf(verification);
}

/**
 * The warnings about a token, without what the policy takes care of.
 *
 * @param {import('../types.d.ts').Inspection} inspection
 * @param {import('../types.d.ts').Policy} policy
 * @param {number} [at]
 */
function remainingWarnings(inspection, { audience }, at = Math.floor(Date.now() / 1000)) {
  const isDefault = [audience].flat().includes(inspection.defaultAudience ?? '');
  const known = ['default_audience', ...(inspection.claims.repository_id === undefined ? [] : ['classic_subject'])];
  return [
    ...warningsOf(inspection, at).filter(({ code }) => !known.includes(code)).map(({ message }) => message),
    ...(isDefault ? ['the audience is the default, which every service may get; give that of yours with `--audience`'] : []),
  ];
}

/**
 * Prints the policy, or writes it to a file that is new.
 *
 * @param {string} policy
 * @param {string} [out]
 */
async function hand(policy, out = '-') {
  if (out === '-') print([policy]);
  else await writing(out, () => writeFile(out, `${policy}\n`, { flag: 'wx' }));
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
