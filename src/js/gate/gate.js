import { checkObject, checkType, optionError } from '../options.js';
import { createGuard } from './guard.js';

/**
 * A fetch handler that lets a request through to `handle` if its bearer token has the role. See `types.d.ts`.
 *
 * @param {import('../types.d.ts').GateOptions} options
 * @returns {import('../types.d.ts').FetchHandler}
 */
export function createGate(options) {
  checkObject('options', options);
  const { handle, ...rest } = options;
  if (handle === undefined) throw optionError('`handle` is missing: the function that answers for a job that has the role');
  checkType('handle', handle, 'function');
  const guard = createGuard(/** @type {import('../types.d.ts').GuardOptions} */ (rest));
  return async (request, ...more) => {
    // Workers have it in their third argument, Vercel in the second.
    const context = more.find((argument) => typeof argument?.waitUntil === 'function');
    const { job, refusal } = await guard(request, context);
    return refusal ?? handle(request, job, ...more);
  };
}
