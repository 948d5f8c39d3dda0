/**
 * `claimgate/errors`: the classes of the errors that all other entries throw, without the wasm.
 *
 * @example
 * import { ClaimgateError } from 'claimgate/errors';
 *
 * if (error instanceof ClaimgateError && error.code === 'token_expired') askForAnotherToken();
 */
export { ClaimgateError, GuardError } from './types.js';
export type { ConditionOutcome, ErrorCode, ErrorDetails, ErrorJson, ProblemDetails, RuleOutcome } from './types.js';
