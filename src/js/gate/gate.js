import { contextOf } from '../context.js';
import { checkObject, checkType, optionError } from '../options.js';
import { createGuard } from './guard.js';

/**
 * A fetch handler that calls `handle` for a request whose bearer token has the role. See `types.d.ts`.
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
    let job;
    try {
      job = await guard(request, contextOf(more));
    } catch (error) {
      return /** @type {import('../types.d.ts').GuardError} */ (error).getResponse();
    }
    return handle(request, job, ...more);
  };
}
