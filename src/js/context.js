/** @typedef {(work: Promise<unknown>) => unknown} WaitUntil */

/** The runtime's `waitUntil` that needs no context. @type {WaitUntil | undefined} */
let ambient;

/**
 * Called by the entry of a runtime that has one.
 *
 * @param {WaitUntil} waitUntil
 */
export function setAmbientWaitUntil(waitUntil) {
  ambient = waitUntil;
}

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
 * @param {{ waitUntil?: WaitUntil }} [context]
 * @returns {WaitUntil | undefined}
 */
export function waitUntilOf(context) {
  return typeof context?.waitUntil === 'function' ? (work) => context.waitUntil?.(work) : ambient;
}
