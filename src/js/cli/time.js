import { quoted } from '../explain/text.js';
import { toUtc } from '../explain/times.js';
import { optionError } from '../options.js';

/** The last second of the year 9999, as in the core. */
const LAST = 253_402_300_799;
const UNITS = Object.freeze({ s: 1, m: 60, h: 3600, d: 86_400 });

/** How a time is written, for the help. */
export const TIME_NOTE =
  'TIME is in seconds since 1970, in UTC as `2026-01-01T00:00:00Z`, or relative to now as `-1h`, `+10m`, `-2d` or `-300` (units: s, m, h, d; seconds by default).';

/**
 * A time as people write it.
 *
 * @param {string} what for the message
 * @param {string} text
 * @param {number} now seconds since 1970
 * @returns {{ seconds: number, offset?: number }} seconds since 1970; `offset` from now if that is how it was written
 * @throws an error with code `option_invalid`
 */
export function parseTime(what, text, now) {
  const offset = relative(text);
  const seconds = offset === undefined ? absolute(text) : now + offset;
  if (seconds === undefined || seconds < 0 || seconds > LAST) {
    const forms = 'seconds since 1970, a UTC time such as `2026-01-01T00:00:00Z`, or relative to now such as `-1h` or `+10m`';
    throw optionError(`\`${what}\` must be ${forms}, not ${quoted(text)}`);
  }
  return { seconds, ...(offset !== undefined && { offset }) };
}

/** @param {string} text */
function relative(text) {
  const [, sign, count, unit = 's'] = /^([+-])(\d{1,12})([smhd])?$/.exec(text) ?? [];
  if (sign === undefined) return undefined;
  return Number(`${sign}${count}`) * UNITS[/** @type {keyof typeof UNITS} */ (unit)];
}

/** @param {string} text */
function absolute(text) {
  if (/^\d{1,12}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text)) return undefined;
  const seconds = Date.parse(text) / 1000;
  // JavaScript takes 30 February for 2 March.
  return Number.isFinite(seconds) && toUtc(seconds) === text ? seconds : undefined;
}
