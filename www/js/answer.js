import { decisiveRule, patternWords } from '../claimgate/js/explain/rules.js';
import { quoted } from '../claimgate/js/explain/text.js';
import { isTime, relative, toUtc } from '../claimgate/js/explain/times.js';
import { stageOf } from '../claimgate/js/refusals.js';
import { isSample } from './build/sample-key.js';
import { el, show } from './page/dom.js';
import { DECISION, SIGNATURE, verdict } from './page/marks.js';
import { counted, message, sentence, visible } from './page/text.js';
import { conditionList } from './policy/rules.js';

/** @typedef {import('./check.js').Checked} Checked */
/** @typedef {import('./page/marks.js').Mark} Mark */
/** @typedef {import('../claimgate/js/types.d.ts').ConditionOutcome} ConditionOutcome */

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
 * The same, to be read aloud.
 *
 * @param {Checked} checked
 */
export function spoken(checked) {
  const say = (/** @type {string} */ title, /** @type {Answer} */ { word, short, miss = [] }) => {
    const missed = miss.map(({ claim, expected, found }) => `${claim}: expected ${(expected ?? []).map(asText).join(' or ')}, found ${found ?? 'nothing'}.`);
    return [`${title}: ${word}.`, sentence(short).textContent, ...missed].join(' ');
  };
  const warnings = checked.warnings.filter(({ level }) => level === 'warning').length;
  return [say('Signature', signatureAnswer(checked)), say('Policy', policyAnswer(checked)), warnings > 0 && `${counted(warnings, 'warning')}.`].filter(Boolean).join(' ');
}

/** @param {Parameters<typeof patternWords>[0]} pattern */
const asText = (pattern) => Object.values(patternWords(pattern)).join('');

/**
 * @typedef {object} Answer
 * @property {Mark} mark
 * @property {string} word
 * @property {string} short
 * @property {readonly (Node | false | null | undefined)[]} [body]
 * @property {readonly ConditionOutcome[]} [miss] conditions that are not met
 */

/** @param {Element} place @param {string} title @param {Answer} answer */
function card(place, title, { mark, word, short, body = [], miss = [] }) {
  place.className = `card ${mark}`;
  show(place, el('h3', {}, `${title}: `, verdict(mark, word)), short !== '' && el('p', {}, sentence(short)), ...conditionList(miss), ...body);
}

/** @param {Checked} checked @returns {Answer} */
function signatureAnswer(checked) {
  const { malformed, inspection, signature, keys } = checked;
  if (malformed) return { mark: 'bad', word: SIGNATURE.bad, short: 'this is no token that can be read' };
  if (!inspection || !signature) return { mark: 'open', word: SIGNATURE.open, short: 'no token yet' };
  const by = signer(inspection, keys);
  if (signature.state === 'open') return { mark: 'open', word: SIGNATURE.open, short: signature.reason };
  if (signature.state === 'good') return { mark: 'good', word: SIGNATURE.good, short: `it is signed with ${by}, and in its time${then(checked)}`, body: [outdated(checked)] };
  const { error, holds } = signature;
  const { exp } = inspection.claims;
  const short = error.code === 'token_expired' && isTime(exp) ? `it expired ${relative(exp, checked.at)}, at ${toUtc(exp)}` : error.message;
  const unknown = error.code === 'key_unknown' && el('p', { class: 'hint' }, 'Keys are rotated: are these the issuer’s newest? Or the token is of another issuer, or forged.');
  return { mark: 'bad', word: SIGNATURE.bad, short, body: [holds && el('p', {}, message(`The signature itself holds: it is by ${by}.`)), unknown, holds && !checked.isAsOfIssue && asOfIssue()] };
}

/** @param {Checked} checked */
const then = ({ isAsOfIssue, at }) => (isAsOfIssue ? ` as of when it was issued, ${toUtc(at)}` : '');

/** What is true of the time of issue need not be true any more. @param {Checked} checked */
function outdated({ isAsOfIssue, warnings }) {
  const now = warnings.find(({ code }) => stageOf(code) === 'time');
  return isAsOfIssue && now !== undefined && el('p', { class: 'outdated' }, el('strong', {}, 'Now it would be refused: '), message(`${now.message}.`));
}

/** A way to see what a token that is too old was worth. */
function asOfIssue() {
  const button = el('button', { type: 'button' }, 'Judge it as of when it was issued');
  button.addEventListener('click', () => /** @type {HTMLElement | null} */ (document.querySelector('input[value="issued"]'))?.click());
  return el('p', {}, button);
}

/** @param {Checked} checked @returns {Answer} */
function policyAnswer(checked) {
  const { malformed, inspection, policy } = checked;
  if (!policy) return { mark: 'open', word: DECISION.open, short: 'no policy yet: paste one to see whether it lets this job in' };
  if (policy.problem) return { mark: 'open', word: DECISION.open, short: `the policy cannot be loaded: ${policy.problem.message}` };
  if (malformed) return { mark: 'bad', word: DECISION.bad, short: 'what is no token is denied' };
  if (!inspection || !policy.decision) return { mark: 'open', word: DECISION.open, short: policy.role === '' ? 'the policy has no role' : 'no token yet' };
  const { state, error, rule, explained, explanation } = policy.decision;
  if (state === 'good') {
    return { mark: 'good', word: DECISION.good, short: `the job has the role ${quoted(policy.role)} by \`${rule}\`${then(checked)}`, body: [outdated(checked)] };
  }
  const nearest = decisiveRule(explanation);
  const miss = nearest && !nearest.matched ? nearest.conditions.filter(({ matched }) => !matched) : [];
  const but = explained?.rulesAdmit && state === 'open' ? 'But' : 'And';
  // What the error says already is not repeated.
  const unfits = !explained ? [] : [
    !explained.issuer.matched && error?.code !== 'issuer_mismatch' && unlike(`${but} its issuer`, explained.issuer.expected, [explained.issuer.found]),
    !explained.audience.matched && error?.code !== 'audience_mismatch' && unlike(`${but} its audience`, explained.audience.expected, explained.audience.found),
  ];
  if (state === 'open') {
    const short = `if the token is genuine, the rules ${explained?.rulesAdmit ? 'give' : 'do not give'} it the role ${quoted(policy.role)}`;
    return { mark: 'open', word: DECISION.open, short, miss: explained?.rulesAdmit ? [] : miss, body: unfits };
  }
  if (error?.code === 'no_rule_matches' && nearest) {
    return { mark: 'bad', word: DECISION.bad, short: `no rule gives this job the role ${quoted(policy.role)}; in the nearest, \`${nearest.rule}\`, this is not met:`, miss };
  }
  // What refused it first need not be all: whoever mends that wants to know the rest.
  const rest = miss.length > 0 && error?.code !== 'rule_denies' ? miss : [];
  const also = rest.length > 0 ? `. Besides, no rule would give this job the role ${quoted(policy.role)}:` : '';
  return { mark: 'bad', word: DECISION.bad, short: `${error?.message ?? ''}${also}`, miss: rest, body: unfits };
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

/**
 * @param {string} what
 * @param {readonly string[]} expected
 * @param {readonly string[]} found
 */
function unlike(what, expected, found) {
  const list = (/** @type {readonly string[]} */ values) => values.flatMap((value, index) => [index > 0 ? ' or ' : '', el('code', {}, visible(value, { ascii: true }))]);
  return el('p', {}, `${what} must be `, ...list(expected), ', not ', ...list(found), '.');
}
