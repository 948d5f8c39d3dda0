import { ClaimgateError, createVerifier, decodeUnverified } from 'claimgate';
import { optionError } from '../options.js';
import { readText, recognise } from './input.js';

/** The role of a policy that we write ourselves. */
const ANY = 'any';

/**
 * A verifier of the signature and the registered claims alone: its policy admits whoever passes those.
 *
 * @param {import('../types.d.ts').PolicyIssuer} issuer
 * @param {readonly string[]} audiences
 * @returns {{ policy: import('../types.d.ts').Policy, role: string }}
 */
export function admitAny(issuer, audiences) {
  const roles = { [ANY]: { issuer: 'issuer', allow: [{ sub: { glob: '**' } }], unscoped: true } };
  return { policy: { version: 1, audience: audiences, issuers: { issuer }, roles }, role: ANY };
}

/**
 * Reads a policy, and sees to it that it has the role.
 *
 * @param {string} path
 * @param {string} role
 */
export async function readPolicy(path, role) {
  const policy = await readText(path, 'policy');
  const { issuerOf } = load(policy, () => createVerifier({ policy }), `\`${path}\`: `);
  try {
    issuerOf(role);
  } catch (error) {
    if (!(error instanceof ClaimgateError) || error.suggestion !== undefined) throw error;
    const roles = Object.keys(JSON.parse(policy).roles).map((name) => `\`${name}\``);
    throw new ClaimgateError(error.code, `${error.message}; it has ${roles.join(', ') || 'none'}`);
  }
  return policy;
}

/**
 * Loads a policy; what is wrong with it gets a name, and a hint if it is something else.
 *
 * @template T
 * @param {string} text
 * @param {() => T} work
 * @param {string} [where] goes before the message
 * @returns {T}
 */
export function load(text, work, where = '') {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ClaimgateError)) throw error;
    const { code, message, place, offset, suggestion } = error;
    const kind = recognise(text);
    const hints = { token: 'a token, not a policy', keys: 'a JWK Set, not a policy', metadata: "an issuer's metadata, not a policy", answer: 'not a policy' };
    const hint = kind !== undefined && kind !== 'policy' ? `; it is ${hints[kind]}` : '';
    throw new ClaimgateError(code, `${where}${message}${hint}`, { place, offset, suggestion });
  }
}

/**
 * Verifies a token for a role, with pinned keys or with those that the issuer publishes.
 *
 * @param {string} token
 * @param {object} options
 * @param {import('../types.d.ts').Policy | string} options.policy
 * @param {string} options.role
 * @param {string} [options.keys] a JWK Set's text
 * @param {number} [options.leeway]
 * @param {number} [options.maxAge]
 * @param {number} [options.at] seconds since 1970, instead of now
 * @returns {Promise<import('../types.d.ts').Authorized>}
 */
export async function decide(token, { policy, role, keys, leeway, maxAge, at }) {
  // What is no token is no reason to ask anybody for keys.
  decodeUnverified(token);
  /** @type {import('../types.d.ts').VerifierOptions} */
  const options = { policy };
  if (leeway !== undefined) options.leeway = leeway;
  if (maxAge !== undefined) options.maxAge = maxAge;
  if (at !== undefined) options.clock = () => at;
  if (keys !== undefined) {
    // A verifier wants keys for each issuer of its policy. This one is asked about one role, whose issuer's these are.
    const { issuers } = createVerifier(options);
    Object.assign(options, { keys: Object.fromEntries(issuers.map(({ name }) => [name, keys])) });
  }
  return createVerifier(options).authorize(token, { role });
}

/**
 * @param {string | undefined} path
 * @returns {Promise<string | undefined>}
 */
export async function readKeys(path) {
  if (path === undefined) return undefined;
  const keys = await readText(path, 'key set');
  const kind = recognise(keys);
  if (kind === 'policy' || kind === 'token') throw optionError(`\`${path}\` is a ${kind}, not a JWK Set`);
  if (kind === 'metadata') throw optionError(`\`${path}\` is the issuer's metadata, the keys are at its \`jwks_uri\``);
  return keys;
}

/**
 * @param {unknown} error
 * @returns {error is ClaimgateError}
 */
export function isUnavailable(error) {
  return error instanceof ClaimgateError && error.code === 'keys_unavailable';
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
