const PRIVATE = Symbol('only authorize makes these');

/**
 * A job that has a role. Only `authorize` makes one, so each is a decision of the policy.
 *
 * What it says is read from the token when it is asked for: most handlers want one claim, or none. `role` and `issuer` are known at once. As
 * properties of the object itself, every browser's console shows them.
 */
export class Authorized {
  #readClaims;
  #readRest;
  /** @type {any} */
  #claims;
  /** @type {any} */
  #rest;

  /**
   * @param {symbol} key
   * @param {Decision} decision
   */
  constructor(key, { role, issuer, readClaims, readRest }) {
    if (key !== PRIVATE) throw new TypeError('only `authorize` makes an authorization');
    this.role = role;
    this.issuer = issuer;
    this.#readClaims = readClaims;
    this.#readRest = readRest;
    Object.freeze(this);
  }

  get #about() {
    return (this.#rest ??= deepFreeze(this.#readRest()));
  }

  get rule() {
    return this.#about.rule;
  }

  get audience() {
    return this.#about.audience;
  }

  get claims() {
    return (this.#claims ??= deepFreeze(this.#readClaims()));
  }

  get subject() {
    return this.#about.subject;
  }

  get grant() {
    return this.#about.grant ?? undefined;
  }

  get explanation() {
    return this.#about.explanation;
  }

  get omittedRules() {
    return this.#about.omittedRules;
  }

  toJSON() {
    const { role, rule, issuer, audience, claims, subject, grant, explanation, omittedRules } = this;
    return { role, rule, issuer, audience, claims, subject, grant, explanation, omittedRules };
  }

  /** What `console.log` shows in Node, Deno, Bun and workerd. */
  [Symbol.for('nodejs.util.inspect.custom')]() {
    return Object.assign(new Shown(), JSON.parse(JSON.stringify(this)));
  }
}
Object.freeze(Authorized.prototype);
Object.freeze(Authorized);

/** Plain data, shown under the name of what it was read from. */
const Shown = class Authorized {};

/**
 * What a decision of the core is about.
 *
 * @typedef {object} Decision
 * @property {string} role
 * @property {string} issuer
 * @property {() => object} readClaims
 * @property {() => object} readRest
 */

/**
 * Makes a decision of the core a handle that nobody can change.
 *
 * @param {Decision} decision
 * @returns {import('./types.d.ts').Authorized}
 */
export function authorized(decision) {
  return /** @type {import('./types.d.ts').Authorized} */ (/** @type {unknown} */ (new Authorized(PRIVATE, decision)));
}

/**
 * @template T
 * @param {T} value plain data without cycles
 * @returns {T}
 */
export function deepFreeze(value) {
  if (typeof value !== 'object' || value === null) return value;
  // Most members are strings, and a call for each would take as long as parsing them.
  for (const name of Object.keys(value)) {
    const member = /** @type {Record<string, unknown>} */ (value)[name];
    if (typeof member === 'object') deepFreeze(member);
  }
  return Object.freeze(value);
}
