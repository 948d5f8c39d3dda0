/** The last second of the year 9999, as in the core. */
const LAST = 253_402_300_799;

/** Whether a claim is a time at all. @param {unknown} value @returns {value is number} */
export const isTime = (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= LAST;

/** @param {number} seconds since 1970 */
export const toUtc = (seconds) => new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');

/** @type {readonly [string, number][]} */
const UNITS = [['years', 31_557_600], ['days', 86_400], ['h', 3600], ['min', 60], ['s', 1]];

/**
 * How long something takes, in its two largest units: `4 min 12 s`.
 *
 * @param {number} seconds
 */
export function duration(seconds) {
  let rest = Math.abs(Math.trunc(seconds));
  const first = UNITS.findIndex(([, length]) => rest >= length);
  const parts = UNITS.slice(first, first + 2).map(([unit, length]) => {
    const count = Math.floor(rest / length);
    rest %= length;
    return count === 0 ? '' : `${count} ${count === 1 ? unit.replace(/(year|day)s/, '$1') : unit}`;
  });
  return first === -1 ? '0 s' : parts.filter(Boolean).join(' ');
}

/**
 * A time seen from now: `in 4 min 12 s`, `3 days ago`.
 *
 * @param {number} time
 * @param {number} now
 */
export function relative(time, now) {
  return time > now ? `in ${duration(time - now)}` : `${duration(now - time)} ago`;
}

/**
 * What the times of a token say now.
 *
 * @param {Record<string, unknown>} claims
 * @param {number} now
 */
export function timesOf({ iat, nbf, exp }, now) {
  const time = (/** @type {unknown} */ value) =>
    isTime(value) ? { seconds: value, utc: toUtc(value), relative: relative(value, now) } : null;
  return { now: { seconds: now, utc: toUtc(now) }, iat: time(iat), nbf: time(nbf), exp: time(exp) };
}

/** @typedef {ReturnType<typeof timesOf>} Times */
