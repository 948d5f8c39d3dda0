import { quoted } from '../../claimgate/js/explain/text.js';
import { byId, el, show } from '../page/dom.js';
import { counted, message, sentence } from '../page/text.js';

/** @typedef {import('../check.js').Keys} Keys */

/**
 * Why keys were not fetched, and for an issuer that the person has to confirm first, how that is done.
 *
 * @typedef {{ issuer: import('../../claimgate/js/types.d.ts').ParsedIssuer, problem: string, confirm?: () => unknown }} Unfetched
 */

/**
 * What became of the keys that were given, or first of those that were to be fetched since.
 *
 * @param {Keys} keys
 * @param {Unfetched | undefined} unfetched
 * @param {boolean} hasKeys whether there are any in the field
 */
export function showKeys(keys, unfetched, hasKeys) {
  const place = byId('keys-result');
  if (unfetched?.confirm) return showQuestion(/** @type {Unfetched & { confirm: () => unknown }} */ (unfetched));
  if (unfetched) return showFetchProblem(unfetched, hasKeys);
  if (!keys) return show(place);
  if (keys.problem !== undefined) return show(place, el('p', { class: 'notice bad' }, el('strong', {}, 'Not usable. '), sentence(keys.problem)));
  const { report, notes } = keys;
  const lines = [
    ...report.usable.map(({ kid, alg }) => message(`${quoted(kid)}, ${alg}`)),
    ...report.skipped.map(({ index, kid, reason }) => message(`not used: ${kid === null ? `key ${index + 1}` : quoted(kid)}, ${reason}`)),
    ...report.ambiguous.map((kid) => message(`not used: several keys share the \`kid\` ${quoted(kid)}`)),
  ];
  show(
    place,
    el('p', { class: 'hint' }, `${counted(report.usable.length, 'usable key')}:`),
    el('ul', { class: 'keys' }, lines.map((line) => el('li', {}, line))),
    ...notes.map((note) => el('p', { class: 'notice' }, el('strong', {}, 'Note. '), sentence(note))),
  );
}

/**
 * Why keys could not be fetched, and how to get them all the same.
 *
 * @param {Unfetched} unfetched
 * @param {boolean} hasKeys whether others are in use
 */
function showFetchProblem({ issuer: { issuer }, problem }, hasKeys) {
  // Where the metadata of GitHub's issuers say that they are.
  const address = `${issuer}/.well-known/jwks`;
  show(
    byId('keys-result'),
    el('p', { class: 'notice bad' }, el('strong', {}, hasKeys ? 'Not fetched; the keys in the field are still those that are used. ' : 'Not fetched, so nothing is checked. '), sentence(problem)),
    el('p', {}, 'Open ', el('a', { href: address, target: '_blank', rel: 'noopener noreferrer' }, address), ', copy what it shows, and paste it above; or in a terminal:'),
    el('pre', { tabindex: '0', role: 'region', 'aria-label': 'A command that fetches the keys' }, `curl ${address}`),
  );
}

/**
 * Why an issuer is not asked for keys yet that GitHub does not operate: anyone can run one, and write a token that names it.
 *
 * @param {import('../../claimgate/js/types.d.ts').ParsedIssuer} issuer
 */
export const questionAbout = ({ issuer }) => `anyone can run an issuer like ${quoted(issuer)}, and it was not asked yet: fetch its keys only if it is yours`;

/** @param {Unfetched & { confirm: () => unknown }} unfetched */
function showQuestion({ issuer: { issuer }, problem, confirm }) {
  const yes = el('button', { type: 'button', id: 'fetch-named' }, `Fetch from ${issuer}`);
  yes.addEventListener('click', confirm);
  show(byId('keys-result'), el('p', { class: 'notice' }, el('strong', {}, 'Not fetched yet. '), sentence(problem)), el('p', {}, yes));
}
