import { ClaimgateError } from './errors.js';
import { checkMembers, checkObject, checkType, checkWord, optionError } from './options.js';
import { problem } from './problem.js';
import { EXPLAIN, VERIFIER_OPTIONS, createVerifier } from './verifier.js';

/** The options of a gate besides those of its verifier. */
const GATE_OPTIONS = ['role', 'handle', 'explain', 'onError'];

/**
 * A fetch handler that lets a request through to `handle` if its bearer token has the role. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').GateOptions} options
 * @returns {import('./types.d.ts').FetchHandler}
 */
export function createGate(options) {
  checkObject('options', options);
  const { role, handle, explain = 'claims', onError = (error) => console.error(error), ...rest } = options;
  if (role === undefined || handle === undefined) {
    throw optionError('a gate needs `role`, the role that a job must have, and `handle`, which answers for it');
  }
  checkType('handle', handle, 'function');
  checkType('onError', onError, 'function');
  checkWord('explain', explain, EXPLAIN);
  const { authorize, issuerOf } = verifierOf(options, rest);
  // A role that does not exist is a mistake to be told when the gate starts, not when a job comes.
  issuerOf(role);

  return async (request, ...more) => {
    let job;
    try {
      job = await authorize(bearerToken(request), { role, explain });
    } catch (error) {
      // Whatever went wrong, the deployment has not begun.
      return problem(error, { role, explain, onError });
    }
    return handle(request, job, ...more);
  };
}

/**
 * The verifier that is shared, or one of its own.
 *
 * @param {import('./types.d.ts').GateOptions} options
 * @param {Record<string, unknown>} rest what is not the gate's own of them
 * @returns {import('./types.d.ts').Verifier}
 */
function verifierOf(options, rest) {
  const { verifier, ...verifierOptions } = rest;
  if (verifier === undefined) {
    checkMembers('options', options, [...GATE_OPTIONS, 'verifier', ...VERIFIER_OPTIONS]);
    return createVerifier(/** @type {import('./types.d.ts').VerifierOptions} */ (/** @type {unknown} */ (verifierOptions)));
  }
  checkObject('verifier', verifier);
  const [extra] = Object.keys(verifierOptions);
  if (extra !== undefined) throw optionError(`\`${extra}\` is an option of the verifier: give it there, or leave out \`verifier\``);
  return /** @type {import('./types.d.ts').Verifier} */ (verifier);
}

/**
 * The token of an `Authorization: Bearer …` header (RFC 6750, section 2.1).
 *
 * @param {Request} request
 */
function bearerToken(request) {
  const [, token] = /^bearer +(.*)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (token !== undefined) return token;
  throw new ClaimgateError('token_missing', "the request has no `Authorization: Bearer` header with the job's token");
}
