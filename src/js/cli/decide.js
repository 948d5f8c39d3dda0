import { ClaimgateError, createVerifier } from 'claimgate';
import { inputKindOf } from '../explain/input.js';
import { quoted } from '../explain/text.js';
import { optionError } from '../options.js';
import { isInputError } from '../refusals.js';
import { readText } from './input.js';
import { withProgress } from './progress.js';

/**
 * Reads a policy, and ensures that it has the role.
 *
 * @param {string} path
 * @param {string} role
 */
export async function readPolicy(path, role) {
  const policy = await readText(path, 'policy');
  const { issuersOf } = load(() => withProgress(policy, (onProgress) => createVerifier({ policy, onProgress })), `${quoted(path)}: `);
  try {
    issuersOf(role);
  } catch (error) {
    if (!isInputError(error) || error.suggestion !== undefined) throw error;
    const roles = Object.keys(JSON.parse(policy).roles).map((name) => `\`${name}\``);
    throw new ClaimgateError(error.code, `${error.message}; it has ${roles.join(', ') || 'none'}`);
  }
  return policy;
}

/**
 * Loads a policy; what is wrong with it gets the name of its file.
 *
 * @template T
 * @param {() => T} work
 * @param {string} where goes before the message
 * @returns {T}
 */
function load(work, where) {
  try {
    return work();
  } catch (error) {
    if (!isInputError(error)) throw error;
    throw new ClaimgateError(error.code, `${where}${error.message}`, error);
  }
}

/**
 * @param {string | undefined} path
 * @returns {Promise<string | undefined>}
 */
export async function readKeys(path) {
  if (path === undefined) return undefined;
  const keys = await readText(path, 'key set');
  // The core says what is wrong with keys when it gets them, which is after the token was read.
  const others = new Map([['policy', 'is a policy, not a JWK Set'], ['token', 'is a token, not a JWK Set'], ['metadata', "is the issuer's metadata, the keys are at its `jwks_uri`"]]);
  const other = others.get(inputKindOf(keys) ?? '');
  if (other !== undefined) throw optionError(`${quoted(path)} ${other}`);
  return keys;
}

/**
 * Why keys could not be fetched, with what the system said, which the library keeps to itself.
 *
 * @param {ClaimgateError} error
 */
export function unavailableMessage({ message, cause }) {
  let last = cause;
  while (last instanceof Error && last.cause instanceof Error) last = last.cause;
  const code = last instanceof Error && 'code' in last ? String(last.code) : undefined;
  return code === undefined || last instanceof ClaimgateError ? message : `${message} (${code})`;
}
