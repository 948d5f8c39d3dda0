// `claimgate/exchange`: a short-lived access token for a job.
export { ClaimgateError } from '../errors.js';
export { createExchange } from './exchange.js';
export { createMetrics } from './metrics.js';
