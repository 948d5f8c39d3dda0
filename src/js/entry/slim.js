// For whoever has the module already, or brings it in a way of their own.
export { start } from '../core.js';
export * from '../index.js';
