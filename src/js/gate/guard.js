import { waitUntilOf } from '../context.js';
import { checkMembers, checkObject, checkType, checkWord, optionError } from '../options.js';
import { checkStore, passOnce } from '../replay/once.js';
import { createReporter } from '../report.js';
import { EXPLAIN, POLICY_OPTIONS } from '../loaded-policy.js';
import { createVerifier } from '../verifier.js';
import { bearerToken } from './bearer-token.js';
import { guardError } from './problem.js';

/** The options of a guard besides those of a verifier of its own. */
const GUARD_OPTIONS = ['role', 'explain', 'replay', 'onError', 'verifier'];

/**
 * Returns the job whose bearer token has the role, or throws a `GuardError`. See `types.d.ts`.
 *
 * @param {import('../types.d.ts').GuardOptions} options
 * @returns {import('../types.d.ts').Guard}
 */
export function createGuard(options) {
  checkMembers('options', options, [...GUARD_OPTIONS, ...POLICY_OPTIONS]);
  const { role, explain = 'claims', replay, verifier, onError, ...rest } =
    /** @type {import('../types.d.ts').GuardOptions & { verifier?: import('../types.d.ts').Verifier }} */ (options);
  if (role === undefined) throw optionError('`role` is missing: the role that a job must have');
  checkType('onError', onError, 'function');
  checkWord('explain', explain, EXPLAIN);
  if (replay !== undefined) checkStore(replay, ['use']);
  // One for what the verifier tells of in the background, and for what is thrown: they may be the same failure.
  const report = createReporter(onError);
  const { authorize, issuersOf } = verifierOf(verifier, rest, report);
  // A role that does not exist is a mistake to be told when the gate starts, not when a job comes.
  issuersOf(role);

  return async (request, context) => {
    try {
      const job = await authorize(bearerToken(request), { role, explain, waitUntil: waitUntilOf(context) });
      // Last, so that a token that is refused for another reason can be presented again.
      if (replay) await passOnce(replay, job);
      return job;
    } catch (error) {
      // Thrown and not returned: frameworks ignore, or misread, what a hook returns.
      throw guardError(error, { role, explain, report });
    }
  };
}

/**
 * The verifier that is shared, or one of its own.
 *
 * @param {import('../types.d.ts').Verifier | undefined} verifier
 * @param {object} options of a verifier
 * @param {(error: unknown) => void} onError
 * @returns {import('../types.d.ts').Verifier}
 */
function verifierOf(verifier, options, onError) {
  if (verifier === undefined) return createVerifier(/** @type {import('../types.d.ts').VerifierOptions} */ ({ ...options, onError }));
  checkObject('verifier', verifier);
  const [extra] = Object.keys(options);
  if (extra !== undefined) throw optionError(`\`${extra}\` is an option of the verifier: give it there, or leave out \`verifier\``);
  return verifier;
}
