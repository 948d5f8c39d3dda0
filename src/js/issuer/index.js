export { createIssuer } from './issuer.js';
