import { quoted } from '../claimgate/js/explain/text.js';
import { decisiveRule } from '../claimgate/js/explain/rules.js';
import { isSample } from './build/sample-key.js';
import { el, show } from './page/dom.js';
import { verdict } from './page/marks.js';
import { message, sentence, visible } from './page/text.js';
import { missed } from './policy/rules.js';

/** @typedef {import('./check.js').Checked} Checked */
/** @typedef {import('./page/marks.js').Mark} Mark */

/** Never one word for two states, and none that could be read for another. @type {Readonly<Record<Mark, string>>} */
const SIGNATURE = { good: 'Verified', bad: 'Refused', open: 'Not checked' };
/** @type {Readonly<Record<Mark, string>>} */
const POLICY = { good: 'Admitted', bad: 'Denied', open: 'Not decided' };

/**
 * The answer in short: whether the token is genuine, and whether the policy lets it in.
 *
 * @param {{ signature: Element, policy: Element, warnings: Element }} places
 * @param {Checked} checked
 */
export function showAnswer({ signature, policy, warnings }, checked) {
  card(signature, 'Signature', signatureAnswer(checked));
  card(policy, 'Policy', policyAnswer(checked));
  // What refused the token is told in the card.
  const refused = checked.signature?.state === 'bad' ? checked.signature.error.code : undefined;
  show(
    warnings,
    ...checked.warnings
      .filter(({ code }) => code !== refused)
      .map(({ level, message: text }) =>
        el('p', { class: `notice ${level}` }, el('strong', {}, level === 'warning' ? 'Warning. ' : 'Note. '), sentence(text)),
      ),
  );
}

/**
 * The same in one sentence, to be read aloud.
 *
 * @param {Checked} checked
 */
export function spoken(checked) {
  const parts = [signatureAnswer(checked), policyAnswer(checked)];
  return parts.map(({ word, short }) => `${word}. ${short}`).join(' ');
}

/** @typedef {{ mark: Mark, word: string, short: string, body?: (Node | false | null | undefined)[] }} Answer */

/** @param {Element} place @param {string} title @param {Answer} answer */
function card(place, title, { mark, word, short, body = [] }) {
  place.className = `card ${mark}`;
  show(place, el('h3', {}, `${title}: `, verdict(mark, word)), short !== '' && el('p', {}, sentence(short)), ...body);
}

/** @param {Checked} checked @returns {Answer} */
function signatureAnswer({ malformed, inspection, signature, keys }) {
  if (malformed) return { mark: 'bad', word: SIGNATURE.bad, short: `this is no token that can be read: ${malformed.error.message}` };
  if (!inspection || !signature) return { mark: 'open', word: SIGNATURE.open, short: 'no token yet' };
  const by = signer(inspection, keys);
  if (signature.state === 'open') return { mark: 'open', word: SIGNATURE.open, short: signature.reason };
  if (signature.state === 'good') return { mark: 'good', word: SIGNATURE.good, short: `it is signed with ${by}, and in its time` };
  const { error, holds } = signature;
  const beside = holds && el('p', {}, message(`The signature itself holds: it is by ${by}.`));
  const unknown = error.code === 'key_unknown' && keys && keys.problem === undefined;
  const hint = unknown && el('p', { class: 'hint' }, 'Keys are rotated: are these the issuer’s newest? Or the token is of another issuer, or forged.');
  return { mark: 'bad', word: SIGNATURE.bad, short: error.message, body: [beside, hint] };
}

/**
 * Whose key it is. Only what was fetched is known to be the issuer's.
 *
 * @param {import('./check.js').Inspection} inspection
 * @param {import('./check.js').Keys} keys
 */
function signer({ header, issuer }, keys) {
  const name = issuer?.name ?? 'nobody that is known here';
  if (isSample(header)) return 'the throw-away key that this page made for samples, not by GitHub';
  const fetched = keys && keys.problem === undefined && keys.fetched;
  return fetched ? `the key ${quoted(header.kid)} that ${name} publishes` : `the key ${quoted(header.kid)} of those that you gave; whether they are the keys of ${name}, you must know`;
}

/** @param {Checked} checked @returns {Answer} */
function policyAnswer({ malformed, inspection, policy }) {
  if (!policy) return { mark: 'open', word: POLICY.open, short: 'no policy yet: paste one to see whether it lets this job in' };
  if (policy.problem) return { mark: 'open', word: POLICY.open, short: `the policy cannot be loaded: ${policy.problem.message}` };
  if (malformed) return { mark: 'bad', word: POLICY.bad, short: 'what is no token is denied' };
  if (!inspection || !policy.decision) return { mark: 'open', word: POLICY.open, short: policy.role === '' ? 'the policy has no role' : 'no token yet' };
  const { state, error, rule, explained, explanation } = policy.decision;
  if (state === 'good') return { mark: 'good', word: POLICY.good, short: `the job has the role ${quoted(policy.role)} by \`${rule}\`` };
  if (state === 'bad') return { mark: 'bad', word: POLICY.bad, ...denial(policy.role, error, explanation) };
  const { issuer, audience, rulesAdmit } = explained ?? {};
  const short = `if the token is genuine, the rules ${rulesAdmit ? 'give' : 'do not give'} it the role ${quoted(policy.role)}`;
  const others = [
    issuer && !issuer.matched && unlike('issuer', [issuer.expected], [issuer.found]),
    audience && !audience.matched && unlike('audience', audience.expected, audience.found),
  ];
  return { mark: 'open', word: POLICY.open, short, body: [...others, ...(rulesAdmit ? [] : missed(decisiveRule(explanation)))] };
}

/**
 * Why the job is denied; of the nearest rule that is its conditions, which say more than a sentence.
 *
 * @param {string} role
 * @param {import('./check.js').Refusal | undefined} error
 * @param {readonly import('./check.js').RuleOutcome[]} explanation
 */
function denial(role, error, explanation) {
  const nearest = decisiveRule(explanation);
  if (error?.code !== 'no_rule_matches' || !nearest) return { short: error?.message ?? '' };
  return { short: `no rule gives this job the role ${quoted(role)}; in the nearest, \`${nearest.rule}\`, this is not met:`, body: missed(nearest) };
}

/**
 * @param {string} what
 * @param {readonly string[]} expected
 * @param {readonly string[]} found
 */
function unlike(what, expected, found) {
  const list = (/** @type {readonly string[]} */ values) => values.flatMap((value, index) => [index > 0 ? ' or ' : '', el('code', {}, visible(value, { ascii: true }))]);
  return el('p', {}, `But its ${what} must be `, ...list(expected), ', not ', ...list(found), '.');
}
