import { optionError } from '../options.js';

/**
 * Stands in for `startIssuer` where there is no server of Node, so that the entry has the same names everywhere.
 *
 * @returns {Promise<never>}
 */
export async function startIssuer() {
  throw optionError('`startIssuer` works only in Node, Deno and Bun: use `createIssuer`, which needs no server');
}
