// What every entry exports; the entries differ in how they load the core.
export { decodeUnverified } from './core.js';
export { ClaimgateError } from './errors.js';
export { createGate } from './gate/gate.js';
export { createGuard } from './gate/guard.js';
export { GuardError } from './gate/guard-error.js';
export { createNodeGate } from './gate/node-gate.js';
export { inspectUnverified, parseIssuer } from './inspect.js';
export { errorCodes } from './refusals.js';
export { createVerifier } from './verifier.js';
