import { ClaimgateError } from './errors.js';
import { checkMembers, checkType, optionError } from './options.js';
import { problem } from './problem.js';
import { VERIFIER_OPTIONS, createVerifier } from './verifier.js';

/**
 * A fetch handler that lets a request through to `handle` if its bearer token has the role. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').GateOptions} options
 * @returns {import('./types.d.ts').FetchHandler}
 */
export function createGate({ verifier, role, handle, explain = 'claims', ...options }) {
  checkType('role', role, 'string');
  checkType('handle', handle, 'function');
  if (role === undefined || handle === undefined) {
    throw optionError('a gate needs `role`, the role that a job must have, and `handle`, which answers for it');
  }
  checkMembers('options', options, verifier ? [] : VERIFIER_OPTIONS);
  const { authorize, issuerOf } = verifier ?? createVerifier(/** @type {import('./types.d.ts').VerifierOptions} */ (options));
  // A role that does not exist is a mistake to be told when the gate starts, not when a job comes.
  issuerOf(role);
  return async (request, ...rest) => {
    let job;
    try {
      job = await authorize(bearerToken(request), { role, explain });
    } catch (error) {
      // Whatever went wrong, the deployment has not begun.
      return problem(error, role);
    }
    return handle(request, job, ...rest);
  };
}

/**
 * The token of an `Authorization: Bearer …` header (RFC 6750, section 2.1).
 *
 * @param {Request} request
 */
function bearerToken(request) {
  const [, token] = /^bearer +(.*)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (token !== undefined) return token;
  throw new ClaimgateError('token_missing', 'the request has no `Authorization: Bearer` header with the job\'s token');
}
