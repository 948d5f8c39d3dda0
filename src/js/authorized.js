const PRIVATE = Symbol('only authorize makes these');

/** A job that has a role. Only `authorize` makes one: whoever holds one holds a decision of the policy. */
export class Authorized {
  /** @type {any} */
  #decision;

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
    return this.#decision.claims;
  }

  get subject() {
    return this.#decision.subject;
  }

  get grant() {
    return this.#decision.grant;
  }

  get explanation() {
    return this.#decision.explanation;
  }

  toJSON() {
    return { ...this.#decision };
  }
}
Object.freeze(Authorized.prototype);
Object.freeze(Authorized);

/**
 * Makes the core's decision a handle that nobody can change.
 *
 * @param {any} decision
 * @returns {import('./types.d.ts').Authorized}
 */
export function authorized(decision) {
  const plain = { ...decision, grant: decision.grant ?? undefined };
  const handle = new Authorized(PRIVATE, deepFreeze(plain));
  return /** @type {import('./types.d.ts').Authorized} */ (/** @type {unknown} */ (handle));
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
