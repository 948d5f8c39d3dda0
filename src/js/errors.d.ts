/**
 * `claimgate/errors`: the classes and codes of the errors that all other entries throw, without the wasm.
 *
 * @example
 * import { ClaimgateError } from 'claimgate/errors';
 *
 * if (error instanceof ClaimgateError && error.code === 'token_expired') askForAnotherToken();
 */
export { ClaimgateError, GuardError, errorCodes } from './types.js';
export type { ConditionOutcome, ErrorCode, ErrorDetails, ErrorJson, ProblemDetails, RuleOutcome } from './types.js';
