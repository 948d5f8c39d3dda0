import { checkMembers, checkObject, optionError } from '../options.js';
import { jsonText, plainData } from '../plain-data.js';

/**
 * Keys that are given once and for all, one set for each issuer of the policy.
 *
 * @param {object} options
 * @param {Readonly<Record<string, object | string>>} options.keys by the issuers' names in the policy
 * @param {readonly import('../types.d.ts').IssuerInfo[]} options.issuers
 * @param {(issuer: string, jwks: string) => import('../types.d.ts').KeyReport} options.setKeys
 */
export function createPinnedKeys({ keys: given, issuers, setKeys }) {
  checkObject('keys', given);
  const keys = plainData('keys', given);
  checkMembers('keys', keys, issuers.map(({ name }) => name));
  /** @type {Map<string, import('../types.d.ts').KeyReport>} */
  const reports = new Map();
  for (const { name, issuer } of issuers) {
    if (!Object.hasOwn(keys, name)) throw optionError(`\`keys\` has no key set for the policy's issuer \`${name}\``);
    reports.set(name, setKeys(issuer, jsonText(`keys.${name}`, keys[name])));
  }
  return {
    isReady: () => true,
    ensure: () => undefined,
    refresh: async () => false,
    hydrate: async () => {},
    report: (/** @type {string} */ name) => reports.get(name),
  };
}
