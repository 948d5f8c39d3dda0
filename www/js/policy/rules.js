import { decisiveRule, omittedWords, outcomeOf, patternWords } from '../../claimgate/js/explain/rules.js';
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
  const more = omittedWords(Math.max(others.length - MOST, 0) + omitted, 'rule');
  return [
    ...[decisive, ...others.slice(0, MOST)].flatMap((rule) => (rule ? [ruleBlock(rule, rule === decisive)] : [])),
    ...(more === undefined ? [] : [el('p', { class: 'hint' }, `${more}, which decide nothing here.`)]),
  ];
}

/** @param {RuleOutcome} rule @param {boolean} isDecisive */
function ruleBlock(rule, isDecisive) {
  const { rule: place, description, effect, matched, conditions, omittedConditions } = rule;
  const { words, isGood } = outcomeOf(rule);
  const more = omittedWords(omittedConditions, 'condition');
  return el(
    'section',
    { class: `rule ${isGood ? 'good' : 'bad'}` },
    el('h3', {}, el('code', {}, place), ` ${words}`, isDecisive && !matched && effect === 'allow' && el('span', { class: 'tag' }, 'the nearest rule')),
    description !== undefined && el('p', { class: 'hint' }, visible(description)),
    ...conditionList([...conditions].sort((a, b) => Number(a.matched) - Number(b.matched))),
    more !== undefined && el('p', { class: 'hint' }, `${more}.`),
  );
}

/** @param {ConditionOutcome} outcome */
function condition({ claim, matched, expected, omittedPatterns, found, nearest }) {
  const more = omittedWords(omittedPatterns, 'pattern');
  const has = found === null ? el('span', { class: 'remark' }, 'absent') : visible(found);
  if (matched) return el('li', { class: 'met' }, el('span', { class: 'unseen' }, 'met: '), el('code', {}, visible(claim)), ' ', has);
  const patterns = (expected ?? []).map(patternWords).flatMap(({ before, text }, index) => [
    index > 0 ? ' or ' : '',
    before === '' ? visible(text) : el('span', {}, before, visible(text)),
  ]);
  return el(
    'li',
    { class: 'unmet' },
    el('span', { class: 'unseen' }, 'not met: '),
    el('code', {}, visible(claim)),
    el('dl', {}, el('dt', {}, 'expected'), el('dd', {}, patterns, more !== undefined && ` ${more}`), el('dt', {}, 'found'), el('dd', {}, has), ...(nearest ? [el('dt', {}, 'nearest'), el('dd', { class: 'near' }, sentence(nearest.hint))] : [])),
  );
}
