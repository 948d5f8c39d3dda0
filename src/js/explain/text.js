import { withoutSecrets } from '../secrets.js';
import { UNSAFE, escaped } from '../util/escape.js';

const SHORT = new Map([['\n', '\\n'], ['\r', '\\r'], ['\t', '\\t']]);

/**
 * A message of ours, which may repeat what somebody else wrote.
 *
 * @param {string} text
 */
export function safe(text) {
  return text.replace(UNSAFE, (found) => SHORT.get(found) ?? escaped(found));
}

/**
 * Somebody else's text, so that no two texts look alike: in quotation marks where its ends could not be seen, or where it
 * could be taken for a remark of ours.
 *
 * @param {string} text
 */
export function show(text) {
  const visible = safe(text.replaceAll('\\', '\\\\'));
  return /^$|^[ "(]|[ "]$/.test(visible) ? `"${visible.replaceAll('"', '\\"')}"` : visible;
}

/** The most characters of a text that a message repeats, as in the core. */
const QUOTED_LENGTH = 160;

/**
 * Text from outside within a message, as the core quotes it: in backticks, of which it has none itself, and shortened. Secrets are
 * left out of it.
 *
 * @param {string} text
 */
export function quoted(text) {
  const plain = withoutSecrets(text);
  const short = plain.length > QUOTED_LENGTH ? `${plain.slice(0, QUOTED_LENGTH)}…` : plain;
  return `\`${short.replaceAll('`', escaped)}\``;
}
