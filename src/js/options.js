import { ClaimgateError } from './errors.js';

/**
 * An error for an option that cannot be honoured: it names the option and says what to do instead.
 *
 * @param {string} message lower case, no full stop, input in backticks
 * @param {ErrorOptions & { place?: string }} [details]
 */
export function optionError(message, details) {
  return new ClaimgateError('option_invalid', message, details);
}

/**
 * Refuses what has no named members.
 *
 * @param {string} what its name, for the message
 * @param {unknown} value
 */
export function checkObject(what, value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw optionError(`\`${what}\` must be an object`);
  }
}

/**
 * Options that protect when they are present. `{ replay: stores[env.STORE] }` is meant to set one: an explicit `undefined` is refused, since
 * it would be the same as leaving the option out.
 */
const PROTECTIVE = Object.freeze(['keys', 'algorithms', 'maxAge', 'replay', 'audit']);

/**
 * Refuses unknown members, which would be ignored, and options that protect but are `undefined`.
 *
 * @param {string} what the name of the object, for the message
 * @param {object} options
 * @param {readonly string[]} known
 */
export function checkMembers(what, options, known) {
  checkObject(what, options);
  // Inherited ones too: they would be read like the others.
  for (const name in options) {
    if (!known.includes(name)) throw optionError(`\`${what}\` has no member \`${name}\`${didYouMean(name, known)}`);
    if (PROTECTIVE.includes(name) && /** @type {Record<string, unknown>} */ (options)[name] === undefined) {
      throw optionError(`\`${name}\` is \`undefined\`: set a value, or leave the option out`, { place: name });
    }
  }
}

/**
 * Refuses what is not a string: the core would take it for one.
 *
 * @param {string} what its name, for the message
 * @param {unknown} value
 */
export function checkString(what, value) {
  if (typeof value !== 'string') throw optionError(`\`${what}\` must be a string`);
}

/**
 * Refuses what is not one of a few words. Absent ones are fine.
 *
 * @param {string} name
 * @param {unknown} value
 * @param {readonly string[]} words
 */
export function checkWord(name, value, words) {
  if (value !== undefined && !words.includes(/** @type {string} */ (value))) {
    throw optionError(`\`${name}\` must be ${words.map((word) => `\`${word}\``).join(' or ')}, not \`${String(value)}\``);
  }
}

/**
 * Refuses an option that is given but is not of its type.
 *
 * @param {string} name
 * @param {unknown} value
 * @param {'boolean' | 'function' | 'string'} type
 */
export function checkType(name, value, type) {
  if (value !== undefined && typeof value !== type) throw optionError(`\`${name}\` must be a ${type}`);
}

/**
 * Refuses an option that is given but is not a whole number in range.
 *
 * @param {string} name
 * @param {unknown} value
 * @param {number} least
 * @param {number} [most]
 */
export function checkInteger(name, value, least, most = Number.MAX_SAFE_INTEGER) {
  if (value === undefined) return;
  if (!Number.isSafeInteger(value) || Number(value) < least || Number(value) > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw optionError(`\`${name}\` must be a whole number ${range}, not \`${String(value)}\``);
  }
}

/**
 * Whole seconds, of a clock that counts seconds.
 *
 * @param {string} name
 * @param {unknown} time
 */
export function wholeSeconds(name, time) {
  // Seconds have twelve digits only from the year 5138 on: more is `Date.now`.
  if (typeof time === 'number' && time >= 0 && time < 1e11) return Math.floor(time);
  throw optionError(`\`${name}\` must give seconds since 1970 (not milliseconds), not \`${String(time)}\``);
}

/**
 * The end of a message about a misspelt name: its nearest neighbour, or nothing when none is near.
 *
 * @param {string} name
 * @param {readonly string[]} known
 */
export function didYouMean(name, known) {
  const ranked = known
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .sort((a, b) => a.distance - b.distance);
  const best = ranked[0];
  // A third of the letters may differ: more, and the suggestion is a guess rather than a correction.
  return best && best.distance <= Math.max(1, name.length / 3) ? `, did you mean \`${best.candidate}\`?` : '';
}

/**
 * How many letters to insert, drop, change or swap with their neighbour: Levenshtein's distance with transpositions,
 * on names short enough for the plain recurrence.
 *
 * @param {string} a
 * @param {string} b
 */
function editDistance(a, b) {
  /** @type {number[][]} */
  const rows = [];
  const at = (/** @type {number} */ i, /** @type {number} */ j) => rows[i]?.[j] ?? i + j; // outside: all inserted or dropped
  for (let i = 1; i <= a.length; i += 1) {
    /** @type {number[]} */
    const row = (rows[i] = [i]);
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        at(i - 1, j - 1) + (same ? 0 : 1),
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        swapped ? at(i - 2, j - 2) + 1 : Infinity,
      );
    }
  }
  return at(a.length, b.length);
}
