import { quoted } from '../../claimgate/js/explain/text.js';
import { el } from '../page/dom.js';
import { message, sentence, visible } from '../page/text.js';

/** @typedef {import('../check.js').Inspection} Inspection */

/** Which claim a key of the grammar stands for, where it has another name. @type {ReadonlyMap<string, string>} */
const STANDS_FOR = new Map([['repo', 'repository'], ['pull_request', 'event_name']]);

/** @type {Readonly<Record<string, string>>} */
const FORMS = {
  classic: 'Classic: it names the repository without ids. Who has the name next has this `sub`, too.',
  immutable: 'Immutable: the ids of owner and repository stand beside their names.',
};

/**
 * `sub`, taken apart and held against the claims beside it.
 *
 * @param {Inspection} inspection
 */
export function subject({ subject, claims }) {
  if (typeof claims.sub !== 'string') return [];
  return [el('h3', {}, 'Its ', el('code', {}, 'sub'), ', taken apart'), el('div', { class: 'subject' }, ...parts(subject, claims))];
}

/**
 * @param {Inspection['subject']} subject
 * @param {Record<string, unknown>} claims
 */
function parts(subject, claims) {
  const whole = el('p', { class: 'long' }, visible(String(claims.sub)));
  if (subject === null) return [whole, el('p', { class: 'hint' }, 'Not read: the other claims are not those of a job.')];
  if (subject.check === 'contradictory') {
    return [whole, el('p', { class: 'notice bad' }, el('strong', {}, 'It contradicts the claims. '), sentence(subject.message))];
  }
  if (subject.check === 'unchecked') {
    return [whole, el('p', { class: 'notice' }, el('strong', {}, 'Not compared. '), message(`From ${quoted(subject.from)} on it follows a template that is not known here.`))];
  }
  const segments = subject.segments.map(({ key, value }) =>
    el('li', {}, el('span', { class: 'segment' }, el('code', {}, visible(key)), value !== null && [':', visible(value)]), el('span', { class: 'agrees' }, 'agrees with ', el('code', {}, visible(claimOf(key, value))))),
  );
  return [
    el('ol', { class: 'segments' }, segments),
    el(
      'p',
      { class: 'hint' },
      subject.repository !== null && message(`${FORMS[subject.repository] ?? ''} `),
      subject.customised ? message('Customised: its owner chose which claims it is made of. ') : '',
      claims.environment !== undefined && !subject.customised && message('The job has an `environment`, which takes the place of the reference.'),
    ),
  ];
}

/** @param {string} key @param {string | null} value */
function claimOf(key, value) {
  if (key === 'repo' && value?.includes('@')) return 'repository, repository_owner_id, repository_id';
  return STANDS_FOR.get(key) ?? key;
}
