import { optionError } from '../options.js';

/**
 * `startIssuer` where Node's server does not exist, so that the entry has the same names everywhere.
 *
 * @returns {Promise<never>}
 */
export async function startIssuer() {
  throw optionError('`startIssuer` works only in Node, Deno and Bun: use `createIssuer`, which needs no server');
}
