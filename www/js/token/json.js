import { visibleJson } from '../../claimgate/js/util/escape.js';
import { copies } from '../page/copy.js';
import { el } from '../page/dom.js';

/**
 * Header and claims as JSON, in which what cannot be seen is escaped.
 *
 * @param {Record<string, unknown>} header
 * @param {Record<string, unknown>} claims
 */
export function decodedJson(header, claims) {
  return [el('details', {}, el('summary', {}, 'As JSON'), ...block('Header', header), ...block('Claims', claims))];
}

/** @param {string} title @param {Record<string, unknown>} value */
function block(title, value) {
  const text = visibleJson(JSON.stringify(value, null, 2));
  const copy = el('button', { type: 'button' }, `Copy the ${title.toLowerCase()}`);
  copies(copy, () => text);
  return [
    el('div', { class: 'heading' }, el('h4', {}, title), copy),
    el('pre', { tabindex: '0', role: 'region', 'aria-label': `${title} as JSON` }, text),
  ];
}
