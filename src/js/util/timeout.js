/** Something took too long. Its message may be shown to the caller. */
export class TimeoutError extends Error {}

/**
 * Ends what takes too long, even if it does not listen to its signal.
 *
 * @template T
 * @param {number} ms
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 * @throws {TimeoutError}
 */
export async function withTimeout(ms, work) {
  const controller = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const timeout = new Promise((_, reject) => {
    // Not `AbortSignal.timeout`, for which Node does not stay alive.
    timer = setTimeout(() => {
      const error = new TimeoutError(`it took longer than ${ms} ms`);
      controller.abort(error);
      reject(error);
    }, ms);
  });
  try {
    return await Promise.race([work(controller.signal), /** @type {Promise<never>} */ (timeout)]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
