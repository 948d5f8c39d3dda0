import { ClaimgateError } from './errors.js';

/**
 * Tells of an error once, however many requests meet it, and lets nothing come of the telling.
 *
 * @param {(error: unknown) => unknown} [onError]
 * @returns {(error: unknown) => void}
 */
export function createReporter(onError = (error) => console.error(error)) {
  const told = new WeakSet();
  return (error) => {
    const cause = Object(error instanceof ClaimgateError ? (error.cause ?? error) : error);
    if (told.has(cause)) return;
    told.add(cause);
    new Promise((resolve) => resolve(onError(error))).catch(() => {});
  };
}
