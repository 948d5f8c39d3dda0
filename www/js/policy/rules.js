import { decisiveRule } from '../../claimgate/js/explain/rules.js';
import { el } from '../page/dom.js';
import { counted, sentence, visible } from '../page/text.js';

/** @typedef {import('../../claimgate/js/types.d.ts').RuleOutcome} RuleOutcome */
/** @typedef {import('../../claimgate/js/types.d.ts').ConditionOutcome} ConditionOutcome */

/**
 * The conditions of a rule that are not met.
 *
 * @param {RuleOutcome | undefined} rule
 * @returns {HTMLElement[]}
 */
export function missed(rule) {
  if (!rule || rule.matched) return [];
  return [el('ul', { class: 'conditions' }, rule.conditions.filter(({ matched }) => !matched).map(condition))];
}

/**
 * Every rule of a role, the one that decided first.
 *
 * @param {readonly RuleOutcome[]} rules
 * @returns {HTMLElement[]}
 */
export function ruleList(rules) {
  const decisive = decisiveRule(rules);
  return [decisive, ...rules.filter((rule) => rule !== decisive)].flatMap((rule) => (rule ? [ruleBlock(rule, rule === decisive)] : []));
}

/** @param {RuleOutcome} rule @param {boolean} isDecisive */
function ruleBlock(rule, isDecisive) {
  const { rule: place, effect, matched, conditions } = rule;
  const failed = conditions.filter((condition) => !condition.matched).length;
  const word = matched ? (effect === 'deny' ? 'matches, and denies' : 'matches') : `does not match: ${failed} of ${counted(conditions.length, 'condition')} not met`;
  // A rule that denies and does not match is as it should be.
  const tone = matched === (effect === 'allow') ? 'good' : effect === 'deny' && !matched ? 'plain' : 'bad';
  return el(
    'section',
    { class: `rule ${tone}` },
    el('h3', {}, el('code', {}, place), ` ${word}`, isDecisive && !matched && effect === 'allow' && el('span', { class: 'tag' }, 'the nearest rule')),
    el('ul', { class: 'conditions' }, [...conditions].sort((a, b) => Number(a.matched) - Number(b.matched)).map(condition)),
  );
}

/** @param {ConditionOutcome} outcome */
function condition({ claim, matched, expected, found, nearest }) {
  const has = found === null ? el('span', { class: 'remark' }, 'absent') : visible(found);
  if (matched) return el('li', { class: 'met' }, el('span', { class: 'unseen' }, 'met: '), el('code', {}, visible(claim)), ' ', has);
  const patterns = (expected ?? []).flatMap((pattern, index) => [
    index > 0 ? ' or ' : '',
    typeof pattern === 'string' ? visible(pattern) : el('span', {}, 'a match of ', visible(pattern.glob)),
  ]);
  return el(
    'li',
    { class: 'unmet' },
    el('span', { class: 'unseen' }, 'not met: '),
    el('code', {}, visible(claim)),
    el('dl', {}, el('dt', {}, 'expected'), el('dd', {}, patterns), el('dt', {}, 'found'), el('dd', {}, has), ...(nearest ? [el('dt', {}, 'nearest'), el('dd', { class: 'near' }, sentence(nearest.hint))] : [])),
  );
}
