// For code that only handles errors: the classes of all other entries, without the wasm.
export { ClaimgateError } from '../errors.js';
export { GuardError } from '../gate/guard-error.js';
