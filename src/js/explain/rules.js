/** @typedef {import('../types.d.ts').RuleOutcome} RuleOutcome */

/**
 * The rule that decided: what denies, what admits, or what came nearest.
 *
 * @param {readonly RuleOutcome[]} rules
 * @returns {RuleOutcome | undefined}
 */
export function decisiveRule(rules) {
  const matched = (/** @type {string} */ effect) => rules.find((rule) => rule.effect === effect && rule.matched);
  const failures = (/** @type {RuleOutcome} */ rule) => rule.conditions.filter((condition) => !condition.matched).length + (rule.omittedConditions ?? 0);
  // As `Explanation::nearest` of the core, which names it in the message.
  const further = (/** @type {RuleOutcome} */ a, /** @type {RuleOutcome} */ b) => failures(a) - failures(b) || b.conditions.length - a.conditions.length;
  const nearest = rules.filter((rule) => rule.effect === 'allow').sort(further)[0];
  return matched('deny') ?? matched('allow') ?? nearest;
}

/**
 * What became of a rule, in words.
 *
 * @param {RuleOutcome} rule
 * @returns {{ words: string, isGood: boolean }} `isGood`: it admits, or does not deny
 */
export function outcomeOf({ effect, matched, conditions, omittedConditions = 0 }) {
  const denies = effect === 'deny';
  const failed = conditions.filter((condition) => !condition.matched).length;
  const all = conditions.length + omittedConditions;
  const count = `${failed}${omittedConditions > 0 ? ' or more' : ''} of ${all} condition${all === 1 ? '' : 's'}`;
  const unmatched = denies ? 'does not match, so it denies nothing' : `does not match: ${count} not met`;
  return { words: matched ? `matches${denies ? ', and denies' : ''}` : unmatched, isGood: matched !== denies };
}

/**
 * What is left out of a list, in words: `… and 9,992 more patterns`; nothing if it is complete.
 *
 * @param {number | undefined} omitted
 * @param {'condition' | 'pattern' | 'rule'} what
 * @returns {string | undefined}
 */
export function omittedWords(omitted, what) {
  return omitted ? `… and ${omitted.toLocaleString('en')} more ${what}${omitted === 1 ? '' : 's'}` : undefined;
}

/**
 * What a condition expects, in words around a text.
 *
 * @param {string | { readonly glob: string } | { readonly has: string }} pattern
 * @returns {{ before: string, text: string }}
 */
export function patternWords(pattern) {
  if (typeof pattern === 'string') return { before: '', text: pattern };
  return 'has' in pattern ? { before: 'a list with ', text: pattern.has } : { before: 'a match of ', text: pattern.glob };
}
