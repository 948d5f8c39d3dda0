// Why a job does not have a role, from the explanation that the token service gives.
import { decisiveRule, omittedWords, outcomeOf, patternWords } from '../../../src/js/explain/rules.js';
import { quoted } from '../../../src/js/explain/text.js';

/** @typedef {import('../../../src/js/types.d.ts').RuleOutcome} RuleOutcome */
/** @typedef {import('../../../src/js/types.d.ts').ConditionOutcome} ConditionOutcome */

/** Letters of a claim's value. */
const VALUE_LENGTH = 200;

/**
 * A line for each rule that matters, the one that decided first, and below it one for each condition.
 *
 * @param {Record<string, unknown>} body
 * @param {import('./inputs.js').Inputs} inputs
 * @returns {string[]}
 */
export function explain({ code, explanation, omittedRules }, { audience }) {
  if (code === 'audience_mismatch') {
    return [`  the ID token is for ${value(audience)}: give the audience of the service's policy as the input \`audience\``];
  }
  const rules = readRules(explanation);
  const decisive = decisiveRule(rules);
  if (!decisive) return [];
  // What denies is denied, whatever else there is.
  if (decisive.effect === 'deny') return ruleLines(decisive, '');
  const others = rules.filter((rule) => rule.effect === 'allow' && rule !== decisive);
  const more = omittedWords(count(omittedRules), 'rule');
  return [
    ...ruleLines(decisive, others.length > 0 ? ' (the nearest rule)' : ''),
    ...others.flatMap((rule) => ruleLines(rule, '')),
    ...(more === undefined ? [] : [`  ${more}`]),
  ];
}

/**
 * @param {RuleOutcome} rule
 * @param {string} remark
 */
function ruleLines(rule, remark) {
  // Of a rule that denies, what was met is the reason.
  const reasons = rule.conditions.filter(({ matched }) => matched === (rule.effect === 'deny'));
  const more = omittedWords(rule.omittedConditions, 'condition');
  return [
    `  ${rule.rule} ${outcomeOf(rule).words}${remark}`,
    ...(rule.description === undefined ? [] : [`    ${value(rule.description)}`]),
    ...reasons.map((condition) => `    ${conditionLine(condition)}`),
    ...(more === undefined ? [] : [`    ${more}`]),
  ];
}

/** @param {ConditionOutcome} condition */
function conditionLine({ claim, matched, expected, omittedPatterns, found, nearest }) {
  const is = `${quoted(claim)} is ${found === null ? 'absent' : value(found)}`;
  if (matched) return is;
  const patterns = (expected ?? []).map(patternWords).map(({ before, text }) => `${before}${value(text)}`);
  const wanted = [patterns.join(' or '), omittedWords(omittedPatterns, 'pattern')].filter(Boolean).join(' ');
  return `${is}${wanted === '' ? '' : `, expected ${wanted}`}${nearest ? `: ${nearest.hint}` : ''}`;
}

/** @param {string} text */
function value(text) {
  return quoted(text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}…` : text);
}

/**
 * The rules that have the shape of one: what comes from the service may have any.
 *
 * @param {unknown} explanation
 * @returns {RuleOutcome[]}
 */
function readRules(explanation) {
  return list(explanation)
    .filter(({ rule, effect }) => typeof rule === 'string' && (effect === 'allow' || effect === 'deny'))
    .map(({ rule, description, effect, matched, conditions, omittedConditions }) => ({
      rule,
      ...(typeof description === 'string' && { description }),
      effect,
      matched: matched === true,
      conditions: readConditions(conditions),
      omittedConditions: count(omittedConditions),
    }));
}

/**
 * @param {unknown} conditions
 * @returns {ConditionOutcome[]}
 */
function readConditions(conditions) {
  return list(conditions)
    .filter(({ claim }) => typeof claim === 'string')
    .map(({ claim, matched, expected, omittedPatterns, found, nearest }) => ({
      claim,
      matched: matched === true,
      expected: Array.isArray(expected) ? expected.filter((pattern) => typeof (pattern?.glob ?? pattern?.has ?? pattern) === 'string') : null,
      omittedPatterns: count(omittedPatterns),
      found: typeof found === 'string' ? found : null,
      nearest: typeof nearest?.hint === 'string' ? nearest : null,
    }));
}

/** @param {unknown} value */
function count(value) {
  return Number.isSafeInteger(value) && Number(value) > 0 ? Number(value) : undefined;
}

/**
 * @param {unknown} value
 * @returns {any[]}
 */
function list(value) {
  return Array.isArray(value) ? value.filter((item) => item !== null && typeof item === 'object') : [];
}
