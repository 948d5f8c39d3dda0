import { allClaims } from '../../claimgate/js/explain/claims.js';
import { isTime, toUtc } from '../../claimgate/js/explain/times.js';
import { el } from '../page/dom.js';
import { message, visible } from '../page/text.js';
import { documented } from './documentation.js';

/** @typedef {import('../check.js').Inspection} Inspection */

/** Ids stand beside the names that they outlive. @type {ReadonlyMap<unknown, string>} */
const IDS = new Map(Object.entries({
  repository: 'repository_id',
  repository_owner: 'repository_owner_id',
  actor: 'actor_id',
  enterprise: 'enterprise_id',
  environment: 'environment_node_id',
}));

/** What GitHub writes in ASCII alone: any other letter is a look-alike, or no token of GitHub's. */
const ASCII = new Set(['iss', 'aud', ...[...IDS].flat().filter((name) => name !== 'environment')]);

/** By name, which a token chooses: hence no object, which would have members of its own. @type {ReadonlyMap<string, string>} */
const HEADER = new Map(Object.entries({
  typ: 'The kind of token: `JWT`.',
  alg: 'The signature algorithm; GitHub uses `RS256` alone. The key decides, and this must agree.',
  kid: 'Which of the issuer’s keys signed it.',
  x5t: 'The thumbprint of that key’s certificate. Nothing is decided by it.',
  ...Object.fromEntries(['jwk', 'jku', 'x5c', 'x5u'].map((name) => [name, 'A key that the token brings along. It is never used: whoever forges a token brings theirs.'])),
}));

/** Whether each claim is explained. On a phone that is seven screens more, so there people ask for it. */
let isExplained = matchMedia('(min-width: 48rem)').matches;

/**
 * Header and claims, one by one.
 *
 * @param {Inspection} inspection
 * @param {Record<string, unknown>} header
 */
export function claimTable(inspection, header) {
  const rows = Object.entries(header).map(([name, value]) => row(name, value, HEADER.get(name) ?? 'Not a member that GitHub writes.'));
  /** @type {Map<string, HTMLElement[]>} */
  const groups = new Map();
  for (const { name, group, description } of allClaims(inspection)) {
    const id = inspection.claims[IDS.get(name) ?? ''];
    groups.set(group, [...(groups.get(group) ?? []), row(name, inspection.claims[name], description, typeof id === 'string' ? id : undefined)]);
  }
  const lists = el(
    'div',
    { class: 'listing' },
    el('h3', { class: 'part-0' }, 'Header'),
    el('dl', { class: 'claims' }, rows),
    el('h3', { class: 'part-1' }, 'Claims'),
    ...[...groups].flatMap(([group, rows]) => [el('h4', {}, group), el('dl', { class: 'claims' }, rows)]),
  );
  return [explanationSwitch(lists), lists];
}

/** @param {Element} lists */
function explanationSwitch(lists) {
  const input = el('input', { type: 'checkbox', id: 'explained', autocomplete: 'off' });
  input.checked = isExplained;
  const apply = () => lists.classList.toggle('brief', !isExplained);
  input.addEventListener('change', () => {
    isExplained = input.checked;
    apply();
  });
  apply();
  return el('p', { class: 'row switch' }, el('label', {}, input, 'Explain each claim: what it is, where it comes from, what to pin'));
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {string} description
 * @param {string} [id]
 */
function row(name, value, description, id) {
  const documentation = documented(name);
  const isSeconds = ['iat', 'nbf', 'exp'].includes(name) && isTime(value);
  return el(
    'div',
    {},
    el('dt', {}, el('code', {}, visible(name))),
    el(
      'dd',
      { class: 'found' },
      typeof value === 'string' ? visible(value, { ascii: ASCII.has(name) }) : visible(JSON.stringify(value)),
      isSeconds && el('span', { class: 'remark' }, ` ${toUtc(value)}`),
      id !== undefined && el('span', { class: 'id' }, 'id ', visible(id, { ascii: true })),
    ),
    el('dd', { class: 'hint' }, message(description), ' ', documentation?.from),
    documentation?.pin,
  );
}
