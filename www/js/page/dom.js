/** @typedef {Node | string | false | null | undefined} Child */

/**
 * Makes an element. Children that are strings become text: nothing is ever read as markup.
 *
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Readonly<Record<string, string | boolean>>} [attributes]
 * @param {...(Child | readonly Child[])} children
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element of a drawing.
 *
 * @param {string} tag
 * @param {Readonly<Record<string, string | boolean>>} [attributes]
 * @param {...Child} children
 */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/**
 * @template {Element} E
 * @param {E} element
 * @param {Readonly<Record<string, string | boolean>>} attributes
 * @param {readonly (Child | readonly Child[])[]} children
 */
function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...kept(children.flat()));
  return element;
}

/** @param {readonly Child[]} children */
const kept = (children) => /** @type {(Node | string)[]} */ (children.filter((child) => child !== false && child !== null && child !== undefined));

/**
 * Replaces what an element holds.
 *
 * @param {Element} element
 * @param {...(Child | readonly Child[])} children
 */
export function show(element, ...children) {
  element.replaceChildren(...kept(children.flat()));
}

/**
 * An element of the page.
 *
 * @template {Element} [E=HTMLElement]
 * @param {string} id
 * @returns {E}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element \`${id}\``);
  return /** @type {E} */ (/** @type {unknown} */ (found));
}

/** @param {string} id */
export const area = (id) => /** @type {HTMLTextAreaElement} */ (byId(id));

/** @param {string} id */
export const button = (id) => /** @type {HTMLButtonElement} */ (byId(id));

/**
 * Gives a field another text, in a way that its undo takes back. The focus stays where it is.
 *
 * @param {HTMLTextAreaElement} field
 * @param {string} text
 */
export function replaceText(field, text) {
  if (field.value === text) return;
  const focused = document.activeElement;
  field.focus({ preventScroll: true });
  field.select();
  // Old, but the only way that leaves the history of the field as it is.
  if (!document.execCommand('insertText', false, text) || field.value !== text) field.value = text;
  // What was inserted has the cursor, and the view, at its end.
  field.setSelectionRange(0, 0);
  field.scrollTop = 0;
  field.closest('.token-field')?.scrollTo(0, 0);
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
}
