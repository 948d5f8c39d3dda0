export { createIssuer } from './issuer.js';
export { startIssuer } from './no-server.js';
