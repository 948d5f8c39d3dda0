/** @typedef {(work: Promise<unknown>) => unknown} WaitUntil */

/**
 * The context among what a runtime hands to a fetch handler besides the request: Workers have it in the third argument, Vercel in the
 * second.
 *
 * @param {readonly any[]} rest
 * @returns {{ waitUntil: WaitUntil } | undefined}
 */
export function contextOf(rest) {
  return rest.find((argument) => typeof argument?.waitUntil === 'function');
}

/**
 * What keeps work alive after the response, if the runtime has that.
 *
 * @param {{ waitUntil?: WaitUntil } | undefined} context
 * @returns {WaitUntil | undefined}
 */
export function waitUntilOf(context) {
  return typeof context?.waitUntil === 'function' ? (work) => context.waitUntil?.(work) : undefined;
}
