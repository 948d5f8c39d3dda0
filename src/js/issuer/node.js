export { createIssuer } from './issuer.js';
export { startIssuer } from './server.js';
