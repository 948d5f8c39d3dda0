import { parseIssuer } from 'claimgate';
import { checkType, didYouMean, optionError } from '../options.js';
import { KINDS } from './kinds.js';

/** @typedef {import('./kinds.js').Identity} Identity */
/** @typedef {import('./types.d.ts').IssuerKind} IssuerKind */

/** What each option of an identity must be. */
const FORMS = Object.freeze({
  enterprise: 'the slug of an enterprise, letters, digits, `-` and `_`, such as `acme`',
  host: 'a host name in lower case without scheme or path, such as `github.example.com`, and with a port only if that is not 443',
  subdomain: 'one label of a host name in lower case, such as `octocorp`',
  url: 'the origin of a loopback address with its port, such as `http://127.0.0.1:8788`',
});

/**
 * Checks the options that say who the issuer is, and makes its identity of them.
 *
 * @param {import('./types.d.ts').IssuerOptions} options
 * @returns {Identity}
 * @throws an error with code `option_invalid`
 */
export function identify(options) {
  const { kind = 'github', enterprise } = options;
  checkType('host', options.host, 'string');
  checkType('subdomain', options.subdomain, 'string');
  if (typeof enterprise !== 'boolean') checkType('enterprise', enterprise, 'string');
  if (!Object.hasOwn(KINDS, kind)) {
    const kinds = Object.keys(KINDS);
    const hint = didYouMean(String(kind), kinds) || `, expected ${kinds.map((name) => `\`${name}\``).join(', ')}`;
    throw optionError(`unknown kind \`${kind}\`${hint}`);
  }
  for (const name of /** @type {const} */ (['enterprise', 'host', 'subdomain'])) {
    if (options[name] === undefined || options[name] === false || KINDS[kind].takes.includes(name)) continue;
    const others = Object.entries(KINDS).filter(([, { takes }]) => takes.includes(name));
    throw optionError(`\`${name}\` does not go with kind \`${kind}\`; it goes with ${others.map(([other]) => `\`${other}\``).join(' and ')}`);
  }
  const identity = KINDS[kind].compose(options);
  if (!isIssuer(identity)) {
    const wrong = /** @type {const} */ ({ loopback: 'url', github: 'enterprise', ghes: 'host', 'ghe.com': 'subdomain' })[kind];
    throw optionError(`\`${wrong}\` must be ${FORMS[wrong]}, not \`${options[wrong]}\``);
  }
  return identity;
}

/**
 * Whether the core takes this `iss` for an issuer of that kind with those parts, as a policy would.
 *
 * @param {Identity} identity
 */
function isIssuer({ issuer, policy }) {
  const known = parseIssuer(issuer)?.policy;
  if (known === undefined || Object.keys(known).length !== Object.keys(policy).length) return false;
  return Object.entries(policy).every(([name, value]) => known[/** @type {keyof typeof policy} */ (name)] === value);
}
