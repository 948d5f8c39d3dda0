import { quoted, safe } from '../../claimgate/js/explain/text.js';
import { tightPolicy } from '../../claimgate/js/explain/tight-policy.js';
import { isRefusal } from '../../claimgate/js/refusals.js';
import { visibleJson } from '../../claimgate/js/util/escape.js';
import { button, byId, el, show } from '../page/dom.js';
import { DECISION, verdict } from '../page/marks.js';
import { message, sentence } from '../page/text.js';
import { ruleList } from './rules.js';

/** @typedef {import('../check.js').Checked} Checked */

/**
 * What the policy says, beside its text: the roles to choose from, each rule, or what is wrong and where.
 *
 * @param {Checked} checked
 * @param {HTMLTextAreaElement} text
 */
export function showPolicy({ policy }, text) {
  const roles = /** @type {HTMLSelectElement} */ (byId('role'));
  const names = policy?.roles ?? [];
  if (JSON.stringify(names) !== JSON.stringify([...roles.options].map(({ value }) => value))) {
    show(roles, names.map((name) => el('option', { value: name }, safe(name))));
  }
  if (policy) roles.value = policy.role;
  roles.disabled = names.length === 0;
  button('link').disabled = names.length === 0;
  byId('policy-language').textContent = policy?.language !== undefined && !policy.problem ? `a policy of ${policy.language}` : '';
  show(byId('policy-result'), ...(policy?.problem ? problem(policy, text) : decision(policy)));
}

/** @param {NonNullable<Checked['policy']>} policy @param {HTMLTextAreaElement} text */
function problem({ problem }, text) {
  if (!problem) return [];
  const { line, column } = problem;
  const at = line !== undefined && column !== undefined ? { line, column } : undefined;
  const go = at && el('button', { type: 'button' }, `Go to line ${at.line}, column ${at.column}`);
  if (at) go?.addEventListener('click', () => select(text, at));
  return [el('p', { class: 'notice bad' }, el('strong', {}, 'Not loaded. '), sentence(problem.message)), go && el('p', {}, go)];
}

/**
 * Selects what stands at a place, up to the end of its line.
 *
 * @param {HTMLTextAreaElement} text
 * @param {{ line: number, column: number }} at
 */
function select(text, { line, column }) {
  const lines = text.value.split('\n');
  const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  const from = start + [...(lines[line - 1] ?? '')].slice(0, column - 1).join('').length;
  text.focus();
  text.setSelectionRange(from, start + (lines[line - 1] ?? '').length);
}

/** @param {Checked['policy']} policy */
function decision(policy) {
  if (!policy?.decision) return [];
  const { state, error, explanation, explained } = policy.decision;
  const { missing } = policy;
  const issuer = explained?.issuer;
  const audience = explained?.audience;
  return [
    missing !== undefined && el('p', { class: 'notice warning' }, el('strong', {}, 'Another role. '), sentence(`the policy has no role ${quoted(missing)}, so this is about ${quoted(policy.role)}`)),
    el('p', { class: 'outcome' }, verdict(state, DECISION[state]), ' ', message(`the role ${quoted(policy.role)}`)),
    ...ruleList(explanation, (error?.explanation ? error : explained)?.omittedRules),
    el(
      'ul',
      { class: 'conditions' },
      issuer && held('issuer', issuer.matched, issuer.expected, [issuer.found]),
      audience && held('audience', audience.matched, audience.expected, audience.found),
    ),
  ];
}

/**
 * @param {string} what
 * @param {boolean} matched
 * @param {readonly string[]} expected
 * @param {readonly string[]} found
 */
function held(what, matched, expected, found) {
  const list = (/** @type {readonly string[]} */ values) => message(values.map(quoted).join(' or '));
  return el('li', { class: matched ? 'met' : 'unmet' }, el('span', { class: 'unseen' }, matched ? 'met: ' : 'not met: '), `${what}: `, list(found), !matched && [', expected ', list(expected)]);
}

/** Events whose jobs run with what a stranger may have written. */
const STRANGERS = ['pull_request', 'pull_request_target', 'workflow_run'];

/**
 * The tight policy, and what to know before it is used.
 *
 * @param {Checked} checked
 */
export function showTightPolicy({ inspection, signature }) {
  const { policy, refusal } = written(inspection);
  byId('tight').hidden = policy === undefined && refusal === undefined;
  for (const id of ['tight-hint', 'tight-text', 'tight-actions']) byId(id).hidden = policy === undefined;
  byId('tight-text').textContent = policy === undefined ? '' : visibleJson(JSON.stringify(policy, null, 2));
  if (refusal !== undefined) return show(byId('tight-warnings'), el('p', { class: 'notice warning' }, el('strong', {}, 'No policy is written. '), sentence(refusal)));
  const { event_name: event, aud } = inspection?.claims ?? {};
  const notes = [
    signature?.state !== 'good' && 'the token is not verified: whoever wrote it wrote this policy',
    STRANGERS.includes(String(event)) && `it admits ${quoted(String(event))}, whose jobs may run with what a stranger wrote: take the token of a run that deploys`,
    inspection?.defaultAudience !== null && [aud].flat().includes(inspection?.defaultAudience) && 'its audience is the default one, which every service of the owner may be given: let the job ask for one of your own',
  ];
  show(
    byId('tight-warnings'),
    ...(policy === undefined ? [] : notes).map((note) => typeof note === 'string' && el('p', { class: 'notice warning' }, el('strong', {}, 'Before you use it. '), sentence(note))),
  );
}

/**
 * @param {Checked['inspection']} inspection
 * @returns {{ policy?: import('../../claimgate/js/types.d.ts').Policy | undefined, refusal?: string }} `refusal`: the claim that cannot be pinned
 */
function written(inspection) {
  try {
    return { policy: inspection && tightPolicy(inspection) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return { refusal: error.message };
  }
}
