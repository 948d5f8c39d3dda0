// For code that only handles errors: the classes and codes of all other entries, without the wasm.
export { ClaimgateError } from '../errors.js';
export { GuardError } from '../gate/guard-error.js';
export { errorCodes } from '../refusals.js';
