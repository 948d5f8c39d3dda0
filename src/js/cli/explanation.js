import { decisiveRule, omittedWords, outcomeOf, patternWords } from '../explain/rules.js';
import { safe, show } from '../explain/text.js';

/** @typedef {import('../types.d.ts').RuleOutcome} RuleOutcome */
/** @typedef {import('../types.d.ts').ConditionOutcome} ConditionOutcome */
/** @typedef {import('./terminal.js').Layout} Layout */

/** How wide the column of the claims' names is: `✓ repository_visibility`. */
export const LABELS = 23;

/**
 * The rules of a role, the one that decided first: what denies, what admits, or what came nearest.
 *
 * @param {readonly RuleOutcome[]} rules
 * @param {number | undefined} omitted how many more there are
 * @param {Layout} layout
 * @returns {string[]}
 */
export function explanationLines(rules, omitted, layout) {
  const decisive = decisiveRule(rules);
  const rest = rules.filter((rule) => rule !== decisive);
  const more = omittedWords(omitted, 'rule');
  return [
    ...[decisive, ...rest].flatMap((rule) => (rule ? ['', ...ruleLines(rule, rule === decisive, layout)] : [])),
    ...(more === undefined ? [] : ['', `${more}, which decide nothing here`]),
  ];
}

/**
 * @param {RuleOutcome} rule
 * @param {boolean} isDecisive
 * @param {Layout} layout
 */
function ruleLines(rule, isDecisive, layout) {
  const { rule: place, description, effect, matched, conditions, omittedConditions } = rule;
  const { words, isGood } = outcomeOf(rule);
  const more = omittedWords(omittedConditions, 'condition');
  const failed = conditions.filter((condition) => !condition.matched);
  const nearest = isDecisive && !matched ? ' (the nearest rule)' : '';
  const met = conditions.filter((condition) => condition.matched);
  const [first = '', ...wrapped] = layout.hanging(`${place} ${words}${nearest}`);
  const style = isGood ? 'green' : 'red';
  return [
    layout.paint(place, 'bold') + layout.paint(first.slice(place.length), style),
    ...wrapped.map((line) => layout.paint(line, style)),
    ...(description === undefined ? [] : layout.paragraph(show(description), 2, 'dim')),
    ...failed.flatMap((condition) => failedLines(condition, effect === 'allow' ? ['red', 'bold'] : ['dim'], layout)),
    ...met.flatMap(({ claim, found }) => layout.field(`✓ ${show(claim)}`, show(found ?? ''), { labels: LABELS, styles: ['dim'] })),
    ...(more === undefined ? [] : [`  ${more}`]),
  ];
}

/**
 * @param {ConditionOutcome} condition
 * @param {import('./terminal.js').Style[]} styles
 * @param {Layout} layout
 */
function failedLines({ claim, expected, omittedPatterns, found, nearest }, styles, layout) {
  const more = omittedWords(omittedPatterns, 'pattern');
  const patterns = (expected ?? []).map(patternWords).map(({ before, text }) => `${before}${show(text)}`);
  const options = { indent: 6, labels: 8 };
  return [
    ...layout.paragraph(`✗ ${show(claim)}`, 2, ...styles),
    ...layout.field('expected', [patterns.join(' or '), more].filter(Boolean).join(' '), options),
    ...layout.field('found', found === null ? '(absent)' : show(found), options),
    ...(nearest ? layout.field('nearest', safe(nearest.hint), { ...options, styles: ['yellow'] }) : []),
  ];
}
