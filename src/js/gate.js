import { ClaimgateError } from './errors.js';
import { checkMembers, checkObject, checkType, checkWord, optionError } from './options.js';
import { problem } from './problem.js';
import { EXPLAIN, VERIFIER_OPTIONS, createVerifier } from './verifier.js';

/** The options of a gate besides those of a verifier of its own. */
const GATE_OPTIONS = ['role', 'handle', 'explain', 'onError', 'verifier'];

/**
 * A fetch handler that lets a request through to `handle` if its bearer token has the role. See `types.d.ts`.
 *
 * @param {import('./types.d.ts').GateOptions} options
 * @returns {import('./types.d.ts').FetchHandler}
 */
export function createGate(options) {
  checkMembers('options', options, [...GATE_OPTIONS, ...VERIFIER_OPTIONS]);
  const { role, handle, explain = 'claims', onError = (error) => console.error(error), verifier, ...rest } =
    /** @type {import('./types.d.ts').GateOptions & { verifier?: import('./types.d.ts').Verifier }} */ (options);
  if (role === undefined || handle === undefined) {
    throw optionError('a gate needs `role`, the role that a job must have, and `handle`, which answers for it');
  }
  checkType('handle', handle, 'function');
  checkType('onError', onError, 'function');
  checkWord('explain', explain, EXPLAIN);
  const { authorize, issuerOf } = verifierOf(verifier, rest);
  // A role that does not exist is a mistake to be told when the gate starts, not when a job comes.
  issuerOf(role);
  const report = reporter(onError);

  return async (request, ...more) => {
    let job;
    try {
      job = await authorize(bearerToken(request), { role, explain });
    } catch (error) {
      // Whatever went wrong, the deployment has not begun.
      return problem(error, { role, explain, report });
    }
    return handle(request, job, ...more);
  };
}

/**
 * The verifier that is shared, or one of its own.
 *
 * @param {import('./types.d.ts').Verifier | undefined} verifier
 * @param {object} options of a verifier
 * @returns {import('./types.d.ts').Verifier}
 */
function verifierOf(verifier, options) {
  if (verifier === undefined) return createVerifier(/** @type {import('./types.d.ts').VerifierOptions} */ (options));
  checkObject('verifier', verifier);
  const [extra] = Object.keys(options);
  if (extra !== undefined) throw optionError(`\`${extra}\` is an option of the verifier: give it there, or leave out \`verifier\``);
  return verifier;
}

/**
 * Tells of an error once, however many requests meet it, and lets nothing come of the telling.
 *
 * @param {(error: unknown) => unknown} onError
 * @returns {(error: unknown) => void}
 */
function reporter(onError) {
  const told = new WeakSet();
  return (error) => {
    const cause = Object(error instanceof ClaimgateError ? (error.cause ?? error) : error);
    if (told.has(cause)) return;
    told.add(cause);
    new Promise((resolve) => resolve(onError(error))).catch(() => {});
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
  throw new ClaimgateError('token_missing', "the request has no `Authorization: Bearer` header with the job's token");
}
