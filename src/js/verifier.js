import { Core } from './core.js';
import { ClaimgateError, callCore } from './errors.js';
import { createRemoteKeys } from './keys.js';
import { checkInteger, checkMembers, checkType, optionError } from './options.js';

/** The options of `createVerifier`. */
export const VERIFIER_OPTIONS = Object.freeze(['policy', 'keys', 'fetch', 'algorithms', 'leeway', 'maxAge', 'clock']);

/** @typedef {import('./types.d.ts').VerifierOptions} VerifierOptions */

/**
 * Loads a policy. See `types.d.ts`.
 *
 * @param {VerifierOptions} options
 * @returns {import('./types.d.ts').Verifier}
 */
export function createVerifier(options) {
  checkMembers('options', options, VERIFIER_OPTIONS);
  const { policy, keys, fetch, algorithms, leeway, maxAge, clock = () => Date.now() / 1000 } = options;
  checkInteger('leeway', leeway, 0);
  checkInteger('maxAge', maxAge, 0);
  checkType('clock', clock, 'function');
  checkType('fetch', fetch, 'function');
  if (algorithms !== undefined && (!Array.isArray(algorithms) || algorithms.length === 0)) {
    throw optionError('`algorithms` must be a list of at least one, such as `["RS256"]`');
  }
  if (keys !== undefined && fetch !== undefined) {
    throw optionError('give `keys`, which are fixed, or `fetch`, which gets them, but not both');
  }
  const core = callCore(() => new Core(text('policy', policy), algorithms, leeway, maxAge));
  /** @type {import('./types.d.ts').IssuerInfo[]} */
  const issuers = callCore(() => core.issuers());
  const now = () => Math.floor(clock());
  const setKeys = (/** @type {string} */ issuer, /** @type {string} */ jwks) => callCore(() => core.setKeys(issuer, jwks));
  const source = keys === undefined ? createRemoteKeys({ fetch, now, issuers, setKeys }) : fixedKeys(keys, issuers, setKeys);
  const issuerOf = (/** @type {string} */ role) => callCore(() => core.issuerOf(role));
  return Object.freeze({
    issuers: Object.freeze(issuers),
    issuerOf,
    keyReport: source.report,
    authorize: async (/** @type {string} */ token, /** @type {import('./types.d.ts').AuthorizeOptions} */ options) => {
      const { role, explain = 'full' } = checkAuthorize(token, options);
      const issuer = issuerOf(role);
      const attempt = () => callCore(() => core.authorize(token, role, now(), explain === 'full'));
      await source.ensure(issuer);
      try {
        return new Authorized(PRIVATE, attempt());
      } catch (error) {
        // The issuer may have rotated its keys since they were fetched.
        if (!(error instanceof ClaimgateError) || error.code !== 'key_unknown') throw error;
        if (!(await source.refresh(issuer))) throw error;
        return new Authorized(PRIVATE, attempt());
      }
    },
  });
}

/**
 * @param {unknown} token
 * @param {import('./types.d.ts').AuthorizeOptions} options
 */
function checkAuthorize(token, options) {
  if (typeof token !== 'string') throw optionError('the token must be a string');
  checkMembers('options', options, ['role', 'explain']);
  if (typeof options.role !== 'string') throw optionError('`role` must be a string: the name of a role of the policy');
  if (options.explain !== undefined && !['full', 'claims'].includes(options.explain)) {
    throw optionError(`\`explain\` must be \`full\` or \`claims\`, not \`${options.explain}\``);
  }
  return options;
}

/**
 * A policy or a JWK Set may be given as the object that a JSON import yields, or as text.
 *
 * @param {string} name
 * @param {unknown} value
 */
function text(name, value) {
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && value !== null) return JSON.stringify(value);
  throw optionError(`\`${name}\` must be an object, or its JSON as a string`);
}

/**
 * Keys that are given once and for all.
 *
 * @param {Record<string, object | string>} keys by the issuers' names in the policy
 * @param {readonly import('./types.d.ts').IssuerInfo[]} issuers
 * @param {(issuer: string, jwks: string) => import('./types.d.ts').KeyReport} setKeys
 */
function fixedKeys(keys, issuers, setKeys) {
  checkMembers('keys', keys, issuers.map(({ name }) => name));
  /** @type {Map<string, import('./types.d.ts').KeyReport>} */
  const reports = new Map();
  for (const { name, issuer } of issuers) {
    const jwks = keys[name];
    if (jwks !== undefined) reports.set(name, setKeys(issuer, text(`keys.${name}`, jwks)));
  }
  return {
    ensure: async () => {},
    refresh: async () => false,
    report: (/** @type {string} */ name) => reports.get(name),
  };
}

const PRIVATE = Symbol('only authorize makes these');

/** A job that has a role. Only `authorize` makes one: whoever holds one holds a decision of the policy. */
class Authorized {
  /** @type {any} */
  #decision;
  /** @type {Readonly<import('./types.d.ts').GithubClaims> | undefined} */
  #claims;

  /**
   * @param {symbol} key
   * @param {object} decision
   */
  constructor(key, decision) {
    if (key !== PRIVATE) throw new TypeError('only `authorize` makes an authorization');
    this.#decision = decision;
    Object.freeze(this);
  }

  get role() {
    return this.#decision.role;
  }

  get rule() {
    return this.#decision.rule;
  }

  get issuer() {
    return this.#decision.issuer;
  }

  get audience() {
    return this.#decision.audience;
  }

  get claims() {
    return (this.#claims ??= Object.freeze(/** @type {import('./types.d.ts').GithubClaims} */ (JSON.parse(this.#decision.claims))));
  }

  get subject() {
    return this.#decision.subject;
  }

  get grant() {
    return this.#decision.grant ?? undefined;
  }

  get explanation() {
    return this.#decision.explanation;
  }

  toJSON() {
    const { role, rule, issuer, audience, claims, subject, grant, explanation } = this;
    return { role, rule, issuer, audience, claims, subject, grant, explanation };
  }
}
