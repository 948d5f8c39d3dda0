import { quoted } from '../claimgate/js/explain/text.js';
import { admitAny, decideByItself } from '../claimgate/js/explain/decide.js';
import { breakOf } from '../claimgate/js/explain/malformed.js';
import { isTime } from '../claimgate/js/explain/times.js';
import { warningsOf } from '../claimgate/js/explain/warnings.js';
import { isInputError, isRefusal, stageOf } from '../claimgate/js/refusals.js';
import { ClaimgateError, createVerifier, inspectUnverified } from './claimgate.js';
import { KeysError, readKeys } from './keys/read-keys.js';
import { languageOf } from './policy/languages.js';
import { bare } from './token/bare.js';

/** @typedef {import('../claimgate/js/types.d.ts').Inspection} Inspection */
/** @typedef {import('../claimgate/js/types.d.ts').UnverifiedExplanation} UnverifiedExplanation */
/** @typedef {import('../claimgate/js/types.d.ts').RuleOutcome} RuleOutcome */
/** @typedef {import('../claimgate/js/types.d.ts').KeyReport} KeyReport */
/** @typedef {import('../claimgate/js/types.d.ts').ClaimgateError} Refusal */

/**
 * What people gave.
 *
 * @typedef {object} Given
 * @property {string} token
 * @property {string} keys
 * @property {string | undefined} keysOf the `iss` of the issuer that the keys were fetched from
 * @property {string} policy
 * @property {string} role
 * @property {boolean} asOfIssue
 * @property {number} leeway
 */

/** @typedef {{ jwks: string, fetched: boolean, notes: readonly string[], report: KeyReport, problem?: undefined } | { problem: string } | undefined} Keys */
/** @typedef {{ state: 'open', reason: string } | { state: 'good' } | { state: 'bad', error: Refusal, holds: boolean }} Signature */
/**
 * @typedef {object} Policy
 * @property {string} [language]
 * @property {readonly string[]} roles
 * @property {string} role the one that is asked about
 * @property {string | undefined} [missing] the one that was to be asked about, if there is no such one
 * @property {Refusal} [problem] why it cannot be loaded
 * @property {Decision} [decision]
 */
/**
 * @typedef {object} Decision
 * @property {'open' | 'good' | 'bad'} state
 * @property {UnverifiedExplanation} [explained]
 * @property {readonly RuleOutcome[]} explanation
 * @property {string} [rule]
 * @property {Refusal} [error]
 */
/** @typedef {{ error: Refusal, at: ReturnType<typeof breakOf> }} Malformed */
/**
 * @typedef {object} Checked
 * @property {Malformed} [malformed]
 * @property {Inspection} [inspection] absent, too, while no token is given
 * @property {ReturnType<typeof warningsOf>} warnings
 * @property {Keys} keys
 * @property {Signature} [signature]
 * @property {Policy} [policy]
 * @property {number} at as of when the times are judged, in seconds since 1970
 * @property {boolean} isAsOfIssue whether that is when the token was issued, and not now
 */

/** Characters of a policy: it is read again with each letter that is typed. */
const POLICY_MOST = 256 * 1024;

/**
 * Everything that can be said of what people gave. Each call starts from nothing.
 *
 * @param {Given} given
 * @param {number} now seconds since 1970
 * @returns {Promise<Checked>}
 */
export async function check(given, now) {
  const token = bare(given.token);
  const { inspection, malformed } = token === '' ? {} : inspect(token);
  const issued = inspection?.claims.iat;
  const isAsOfIssue = given.asOfIssue && isTime(issued);
  const at = isAsOfIssue ? issued : now;
  const keys = given.keys.trim() === '' ? undefined : await loadKeys(given, inspection?.header.kid);
  const warnings = inspection ? warningsOf(inspection, now) : [];
  const signature = inspection && (await checkSignature(token, inspection, keys, given, at));
  const policy = given.policy.trim() === '' ? undefined : await checkPolicy(token, given, at, keys, signature);
  return { malformed, inspection, warnings, keys, signature, policy, at, isAsOfIssue };
}

/** @param {string} token @returns {{ inspection?: Inspection, malformed?: Malformed }} */
function inspect(token) {
  try {
    return { inspection: inspectUnverified(token) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { malformed: { error, at: breakOf(token, error) } };
  }
}

/** @param {Given} given @param {string | undefined} kid @returns {Promise<Keys>} */
async function loadKeys({ keys: text, keysOf }, kid) {
  try {
    const { jwks, notes } = await readKeys(text, kid);
    // Which keys of a set are of use does not depend on whose they are.
    const { policy } = admitAny({ kind: 'github' }, ['any']);
    const report = createVerifier({ policy, keys: { issuer: jwks } }).keyReport('issuer');
    return report && { jwks, fetched: keysOf !== undefined, notes, report };
  } catch (error) {
    if (error instanceof KeysError || isInputError(error)) return { problem: error.message };
    throw error;
  }
}

/**
 * @param {string} token
 * @param {Inspection} inspection
 * @param {Keys} keys
 * @param {Given} given
 * @param {number} at
 * @returns {Promise<Signature>}
 */
async function checkSignature(token, inspection, keys, { keysOf, leeway }, at) {
  if (!keys) {
    const reason = inspection.issuer
      ? 'anybody can have written this: fetch the keys of its issuer, or paste them'
      : "anybody can have written this: no issuer of GitHub's has its `iss`, so there is nobody to ask for keys";
    return { state: 'open', reason };
  }
  if (keys.problem !== undefined) return { state: 'open', reason: `the keys cannot be used: ${keys.problem}` };
  if (keysOf !== undefined && keysOf !== inspection.claims.iss) {
    return { state: 'open', reason: `the keys are those of ${quoted(keysOf)}, and the token says that it is of another issuer: fetch or paste its own` };
  }
  try {
    await decideByItself(token, inspection, { keys: keys.jwks, at, leeway });
    return { state: 'good' };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    // The core checks the signature before the times (`src/verify/mod.rs`), so it is valid where only these are not.
    return { state: 'bad', error, holds: stageOf(error.code) === 'time' };
  }
}

/**
 * @param {string} token
 * @param {Given} given
 * @param {number} at
 * @param {Keys} keys
 * @param {Signature | undefined} signature
 * @returns {Promise<Policy>}
 */
async function checkPolicy(token, { policy: text, role: wanted, leeway }, at, keys, signature) {
  if (text.length > POLICY_MOST) {
    return { roles: [], role: '', problem: new ClaimgateError('policy_value', `the policy has ${text.length} characters, more than the ${POLICY_MOST} that this page reads`) };
  }
  const { language, other } = languageOf(text);
  if (!language) {
    const problem = new ClaimgateError('policy_value', `this looks like a trust policy of ${other}, which this page does not read yet`);
    return { roles: [], role: '', problem };
  }
  try {
    const policy = language.load(text);
    const role = policy.roles.includes(wanted) ? wanted : (policy.roles[0] ?? '');
    const decision = signature && role !== '' ? await decideRole(policy, token, role, { at, leeway }, keys, signature) : undefined;
    const missing = wanted !== '' && role !== wanted ? wanted : undefined;
    return { language: language.name, roles: policy.roles, role, missing, ...(decision && { decision }) };
  } catch (problem) {
    if (!isInputError(problem)) throw problem;
    return { language: language.name, roles: [], role: '', problem };
  }
}

/**
 * @param {import('./policy/languages.js').LoadedPolicy} policy
 * @param {string} token
 * @param {string} role
 * @param {{ at: number, leeway: number }} times
 * @param {Keys} keys
 * @param {Signature} signature
 * @returns {Promise<Decision>}
 */
async function decideRole(policy, token, role, times, keys, signature) {
  /** @type {UnverifiedExplanation} */
  let explained;
  try {
    explained = policy.explain(token, role);
  } catch (error) {
    // Its claims are not those of a job, so no rule can be asked.
    if (!isRefusal(error)) throw error;
    return { state: 'bad', error, explanation: [] };
  }
  const { explanation } = explained;
  if (signature.state === 'open' || !keys || keys.problem !== undefined) return { state: 'open', explained, explanation };
  if (!explained.issuer.matched) {
    // Keys belong to one issuer: those of the token's are no keys for the role's.
    const { expected, found } = explained.issuer;
    const error = new ClaimgateError('issuer_mismatch', `\`iss\` must be ${expected.map(quoted).join(' or ')}, the issuer of the role, not ${quoted(found)}`);
    return { state: 'bad', error, explained, explanation };
  }
  try {
    const { rule } = await policy.decide(token, role, { ...times, keys: keys.jwks });
    return { state: 'good', rule, explained, explanation };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { state: 'bad', error, explained, explanation: error.explanation ?? explanation };
  }
}
