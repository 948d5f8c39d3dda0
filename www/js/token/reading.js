import { decodeBase64 } from '../../claimgate/js/util/base64.js';
import { decodeUtf8Lossily } from '../../claimgate/js/util/utf8.js';
import { el, show } from '../page/dom.js';
import { message, visible } from '../page/text.js';
import { bare } from './bare.js';
import { claimTable } from './claims.js';
import { decodedJson } from './json.js';
import { subject } from './subject.js';

/** @typedef {import('../check.js').Inspection} Inspection */

/** What a kind of issuer is. @type {Readonly<Record<string, string>>} */
const KINDS = {
  github: 'The issuer of github.com. Every user of GitHub has jobs with tokens of it: it says nothing of whose job this is.',
  'github enterprise': "An enterprise's own issuer on github.com: only its jobs have tokens of it.",
  ghes: 'An Enterprise Server. Whoever runs the host issues its tokens: is it yours?',
  'ghe.com': 'GitHub Enterprise Cloud with data residency.',
  loopback: 'A local issuer for development: anybody on that machine has tokens of it.',
};

/**
 * All that a token says, in words.
 *
 * @param {Element} place
 * @param {string} token
 * @param {Inspection} inspection
 * @param {Element} timeline
 */
export function showReading(place, token, inspection, timeline) {
  show(
    place,
    issuer(inspection),
    el('h3', {}, 'Its times'),
    timeline,
    ...subject(inspection),
    ...claimTable(inspection, rawHeader(token)),
    ...decodedJson(rawHeader(token), inspection.claims),
  );
}

/** @param {Inspection} inspection */
function issuer({ issuer, claims }) {
  const { kind = '', enterprise } = issuer?.policy ?? {};
  const known = KINDS[kind === 'github' && enterprise ? 'github enterprise' : kind];
  return el(
    'div',
    { class: `issuer ${issuer ? 'known' : 'unknown'}` },
    el('p', {}, 'It says that it was issued by ', el('strong', {}, issuer ? visible(issuer.name) : 'nobody that is known here'), '.'),
    el('p', { class: 'long' }, typeof claims.iss === 'string' ? visible(claims.iss, { ascii: true }) : el('span', { class: 'remark' }, 'no `iss`')),
    el('p', { class: 'hint' }, known ?? message('No issuer of GitHub’s has this `iss`. A trailing slash, another case or a look-alike letter is another issuer.')),
  );
}

/**
 * The header with all of its members. The core has read it already, and found it to be an object without duplicates.
 *
 * @param {string} token
 * @returns {Record<string, unknown>}
 */
function rawHeader(token) {
  const [encoded = ''] = bare(token).split('.');
  return JSON.parse(decodeUtf8Lossily(decodeBase64(encoded)));
}

/**
 * What can be seen of a token that is malformed: its parts, decoded as far as they can be, and not explained.
 *
 * @param {Element} place
 * @param {string} token
 */
export function showRemains(place, token) {
  const parts = bare(token).split('.').slice(0, 2);
  show(
    place,
    el('p', { class: 'hint' }, 'It is malformed, so nothing of it counts. This much can be seen:'),
    ...parts.flatMap((part, index) => {
      const text = decodeLoosely(part);
      return text === '' ? [] : [el('h3', { class: `part-${index}` }, index === 0 ? 'Header' : 'Claims'), el('p', { class: 'long' }, visible(text))];
    }),
  );
}

/** @param {string} part */
function decodeLoosely(part) {
  const base64 = part.slice(0, 16_384).replace(/[^\w-]/g, '');
  try {
    const text = decodeUtf8Lossily(decodeBase64(base64.slice(0, base64.length - (base64.length % 4 === 1 ? 1 : 0))));
    // What is no text was no token.
    return text.startsWith('{') ? text : '';
  } catch {
    return '';
  }
}
