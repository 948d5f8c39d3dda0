import { contextOf } from '../context.js';
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
    const { job, refusal } = await guard(request, contextOf(more));
    return refusal ?? handle(request, job, ...more);
  };
}
