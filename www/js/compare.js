import { quoted } from '../claimgate/js/explain/text.js';
import { allClaims } from '../claimgate/js/explain/claims.js';
import { isInputError, isRefusal } from '../claimgate/js/refusals.js';
import { inspectUnverified } from './claimgate.js';
import { el, show } from './page/dom.js';
import { message, sentence, visible } from './page/text.js';
import { languageOf } from './policy/languages.js';
import { bare } from './token/bare.js';

/** @typedef {import('./check.js').Inspection} Inspection */
/** @typedef {import('../claimgate/js/types.d.ts').RuleOutcome} RuleOutcome */

/** What differs between any two tokens, and is seldom why one is refused. */
const PASSING = new Set(['jti', 'iat', 'nbf', 'exp', 'run_id', 'run_number', 'run_attempt', 'check_run_id', 'sha', 'workflow_sha', 'job_workflow_sha', 'environment_node_id']);

/**
 * What changed between the token that worked and this one, and which condition that hit.
 *
 * @param {Element} place
 * @param {{ before: string, now: Inspection | undefined, token: string, policy: string, role: string }} given
 */
export function showComparison(place, { before, now, token, policy, role }) {
  const earlier = bare(before);
  if (earlier === '') return show(place);
  let then;
  try {
    then = inspectUnverified(earlier);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return show(place, el('p', { class: 'notice bad' }, el('strong', {}, 'Malformed. '), sentence(error.message)));
  }
  if (!now) return show(place, el('p', { class: 'hint' }, 'Now the token that does not work, in the field at the top.'));
  const changes = changed(then, now);
  const hits = hitConditions(policy, role, earlier, bare(token));
  const telling = changes.filter(({ name }) => !PASSING.has(name));
  const passing = changes.filter(({ name }) => PASSING.has(name));
  show(
    place,
    ...hitList(hits, role),
    telling.length > 0 ? table('What changed', telling, hits) : el('p', { class: 'hint' }, 'Nothing changed that tells two jobs apart.'),
    passing.length > 0 && el('details', {}, el('summary', {}, `What differs in every run: ${passing.length}`), table('What differs in every run', passing, hits)),
  );
}

/** @param {Inspection} then @param {Inspection} now */
function changed(then, now) {
  const text = (/** @type {unknown} */ value) => (value === undefined ? undefined : typeof value === 'string' ? value : JSON.stringify(value));
  const header = ['alg', 'kid'].map((name) => ({ name: `header ${name}`, before: Reflect.get(then.header, name), after: Reflect.get(now.header, name) }));
  const names = new Set([...allClaims(then), ...allClaims(now)].map(({ name }) => name));
  const claims = [...names].map((name) => ({ name, before: text(then.claims[name]), after: text(now.claims[name]) }));
  return [...claims, ...header].filter(({ before, after }) => before !== after);
}

/**
 * The conditions that the token before met and this one does not, or the other way round where a rule denies.
 *
 * @param {string} policy
 * @param {string} role
 * @param {string} before
 * @param {string} token
 */
function hitConditions(policy, role, before, token) {
  // Without a role there is no policy that could be loaded.
  if (role === '') return undefined;
  const { language } = languageOf(policy);
  if (!language) return undefined;
  try {
    const { explain } = language.load(policy);
    const [then, now] = [explain(before, role), explain(token, role)];
    const hits = now.explanation.flatMap(({ rule, effect, conditions }) =>
      conditions.flatMap((condition, index) => {
        // Of many rules, other ones may be listed.
        const was = then.explanation.find((other) => other.rule === rule)?.conditions[index];
        const worse = effect === 'allow' ? was?.matched && !condition.matched : !was?.matched && condition.matched;
        return worse ? [{ rule, effect, ...condition }] : [];
      }),
    );
    const fits = (/** @type {typeof now} */ { rulesAdmit, issuer, audience }) => rulesAdmit && issuer.matched && audience.matched;
    const unfits = [
      then.issuer.matched && !now.issuer.matched && unfit('iss', 'issuer'),
      then.audience.matched && !now.audience.matched && unfit('aud', 'audience'),
    ].flatMap((hit) => hit || []);
    return { hits: [...unfits, ...hits], admitted: fits(then), admits: fits(now) };
  } catch (error) {
    if (isRefusal(error) || isInputError(error)) return undefined;
    throw error;
  }
}

/** @param {string} claim @param {string} what */
const unfit = (claim, what) => ({ rule: '', effect: /** @type {const} */ ('allow'), claim, nearest: { hint: `it is not the policy's ${what} any more` } });

/** @typedef {ReturnType<typeof hitConditions>} Hits */

/** @param {Hits} found @param {string} role */
function hitList(found, role) {
  if (!found) return [el('p', { class: 'hint' }, 'With a policy above, it is also told which of its conditions the change hit.')];
  const { hits, admitted, admits } = found;
  const says = (/** @type {boolean} */ yes) => (yes ? 'gave' : 'did not give');
  const summary = `the policy ${says(admitted)} the token before the role ${quoted(role)}, and ${admits ? 'gives' : 'does not give'} it to this one`;
  return [
    el('p', { class: `notice ${admitted && !admits ? 'bad' : ''}` }, sentence(summary)),
    hits.length > 0 &&
      el('ul', { class: 'conditions' }, hits.map(({ rule, effect, claim, nearest }) =>
        el('li', { class: 'unmet' }, el('code', {}, rule !== '' && `${rule}.`, visible(claim)), effect === 'allow' ? ' is not met any more' : ' is met now, and denies', nearest && [': ', message(nearest.hint)]))),
  ];
}

/**
 * @param {string} caption
 * @param {readonly { name: string, before: string | undefined, after: string | undefined }[]} changes
 * @param {Hits} found
 */
function table(caption, changes, found) {
  const cell = (/** @type {string} */ title, /** @type {string | undefined} */ value) =>
    el('td', { 'data-title': title }, value === undefined ? el('span', { class: 'remark' }, 'absent') : visible(value));
  const isHit = (/** @type {string} */ name) => found?.hits.some(({ claim }) => claim === name);
  return el(
    'table',
    {},
    el('caption', {}, caption),
    el('thead', {}, el('tr', {}, ...['claim', 'before', 'now'].map((title) => el('th', { scope: 'col' }, title)))),
    el('tbody', {}, changes.map(({ name, before, after }) =>
      el('tr', {}, el('th', { scope: 'row' }, el('code', {}, visible(name)), isHit(name) && [' ', el('span', { class: 'tag bad' }, 'hit a condition')]), cell('before', before), cell('now', after)))),
  );
}
