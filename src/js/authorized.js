const PRIVATE = Symbol('only authorize makes these');

/**
 * A job that has a role. Only `authorize` makes one: whoever holds one holds a decision of the policy.
 *
 * What it says is read from the token when somebody asks: most handlers want one claim, or none.
 */
export class Authorized {
  #role;
  #issuer;
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
    this.#role = role;
    this.#issuer = issuer;
    this.#readClaims = readClaims;
    this.#readRest = readRest;
    Object.freeze(this);
  }

  get #about() {
    return (this.#rest ??= deepFreeze(this.#readRest()));
  }

  get role() {
    return this.#role;
  }

  get rule() {
    return this.#about.rule;
  }

  get issuer() {
    return this.#issuer;
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
}
Object.freeze(Authorized.prototype);
Object.freeze(Authorized);

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
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(deepFreeze);
  return value;
}
