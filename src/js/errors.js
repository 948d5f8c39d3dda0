import { withoutSecrets } from './secrets.js';

/** What an error may say in addition to its code and message. See `ErrorDetails` in `types.d.ts`. */
const DETAILS = /** @type {const} */ (['claim', 'place', 'offset', 'line', 'column', 'suggestion', 'explanation', 'omittedRules', 'retryAfter']);

/**
 * Everything that is refused, with a stable `code`. It is made from what the core says, or by the JavaScript around it. Messages repeat
 * what callers wrote, and are logged: whatever looks like a secret is left out of them here, for all of them.
 */
export class ClaimgateError extends Error {
  /**
   * @param {import('./types.d.ts').ErrorCode} code
   * @param {string} message lower case, no full stop, input in backticks
   * @param {ErrorOptions & Partial<import('./types.d.ts').ErrorDetails>} [details] what is null is left out
   */
  constructor(code, message, { cause, ...details } = {}) {
    super(withoutSecrets(message), cause === undefined ? undefined : { cause });
    this.code = code;
    for (const name of DETAILS) {
      const value = details[name];
      if (value === null || value === undefined) continue;
      Object.defineProperty(this, name, { value: typeof value === 'string' ? withoutSecrets(value) : value, enumerable: true });
    }
  }

  /** For logs. JSON leaves out `message` of an error by itself; `cause` and `stack` may have what no log should keep. */
  toJSON() {
    const { name, message, code } = this;
    const details = DETAILS.map((detail) => [detail, /** @type {Record<string, unknown>} */ (/** @type {unknown} */ (this))[detail]]);
    return { name, message, code, ...Object.fromEntries(details.filter(([, value]) => value !== undefined)) };
  }
}

// On the prototype, as with the errors of the language: it is no news of each error.
ClaimgateError.prototype.name = 'ClaimgateError';
