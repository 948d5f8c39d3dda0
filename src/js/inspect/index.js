// `claimgate/inspect`: what policies of AWS, Azure, Google Cloud, Vault, octo-sts and package registries say about a token.
import { checkMembers, checkObject, checkString, checkWord, optionError } from '../options.js';
import { plainData } from '../plain-data.js';
import { inspector } from './core.js';

export { ClaimgateError } from '../errors.js';

const OPTIONS = Object.freeze(['system', 'inputs', 'kind']);

/**
 * Decides for a token as the policy's system would, and explains it. Nothing is verified.
 *
 * @param {string} text
 * @param {import('./types.d.ts').EvaluateOptions} options
 * @returns {Promise<import('./types.d.ts').PolicyEvaluation>}
 */
export async function evaluate(text, options) {
  checkString('text', text);
  checkMembers('options', options, ['claims', ...OPTIONS]);
  const claims = options.claims;
  if (claims === undefined) throw optionError('`claims` is missing: pass the claims of a token, as an object', { place: 'claims' });
  checkObject('claims', claims);
  const json = JSON.stringify(plainData('claims', claims));
  return inspector((module) => module.evaluate(text, json, given(options)));
}

/**
 * Reads a policy without a token: its system, and what it does not hold.
 *
 * @param {string} text
 * @param {import('./types.d.ts').ReadOptions} [options]
 * @returns {Promise<import('./types.d.ts').PolicyReading>}
 */
export async function readPolicy(text, options = {}) {
  checkString('text', text);
  checkMembers('options', options, OPTIONS);
  return inspector((module) => module.readPolicy(text, given(options)));
}

/** @param {import('./types.d.ts').ReadOptions} options */
function given({ system, inputs = {}, kind }) {
  if (system !== undefined) checkString('system', system);
  checkWord('kind', kind, ['org']);
  return JSON.stringify({ system, inputs: plainData('inputs', inputs), org: kind === 'org' });
}
