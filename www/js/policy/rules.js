import { decisiveRule, outcomeOf } from '../../claimgate/js/explain/rules.js';
import { el } from '../page/dom.js';
import { sentence, visible } from '../page/text.js';

/** @typedef {import('../../claimgate/js/types.d.ts').RuleOutcome} RuleOutcome */
/** @typedef {import('../../claimgate/js/types.d.ts').ConditionOutcome} ConditionOutcome */

/** Rules that are drawn besides the one that decided: they are drawn again with each letter that is typed. */
const MOST = 50;

/**
 * @param {readonly ConditionOutcome[]} conditions
 * @returns {HTMLElement[]}
 */
export function conditionList(conditions) {
  return conditions.length === 0 ? [] : [el('ul', { class: 'conditions' }, conditions.map(condition))];
}

/**
 * The rules of a role, the one that decided first.
 *
 * @param {readonly RuleOutcome[]} rules
 * @param {number} [omitted] how many more there are
 * @returns {HTMLElement[]}
 */
export function ruleList(rules, omitted = 0) {
  const decisive = decisiveRule(rules);
  const others = rules.filter((rule) => rule !== decisive);
  const more = Math.max(others.length - MOST, 0) + omitted;
  return [
    ...[decisive, ...others.slice(0, MOST)].flatMap((rule) => (rule ? [ruleBlock(rule, rule === decisive)] : [])),
    ...(more > 0 ? [el('p', { class: 'hint' }, `… and ${more.toLocaleString('en')} more rules, which decide nothing here.`)] : []),
  ];
}

/** @param {RuleOutcome} rule @param {boolean} isDecisive */
function ruleBlock(rule, isDecisive) {
  const { rule: place, effect, matched, conditions } = rule;
  const { words, isGood } = outcomeOf(rule);
  return el(
    'section',
    { class: `rule ${isGood ? 'good' : 'bad'}` },
    el('h3', {}, el('code', {}, place), ` ${words}`, isDecisive && !matched && effect === 'allow' && el('span', { class: 'tag' }, 'the nearest rule')),
    ...conditionList([...conditions].sort((a, b) => Number(a.matched) - Number(b.matched))),
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
