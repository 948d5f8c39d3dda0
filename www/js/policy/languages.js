import { native } from './native.js';

/**
 * A language of trust policies. To add one, write such an object and put it into `LANGUAGES`.
 *
 * @typedef {object} Language
 * @property {string} name
 * @property {(text: string) => boolean} matches whether a text is of this language, be it right or wrong
 * @property {(text: string) => LoadedPolicy} load throws a `ClaimgateError` that says what is wrong
 */

/**
 * A policy, ready to be asked.
 *
 * @typedef {object} LoadedPolicy
 * @property {readonly string[]} roles
 * @property {(token: string, role: string) => import('../../claimgate/js/types.d.ts').UnverifiedExplanation} explain
 * @property {(token: string, role: string, checked: Checked) => Promise<import('../../claimgate/js/types.d.ts').Authorized>} decide
 */

/** @typedef {{ keys: string, at?: number | undefined, leeway?: number | undefined }} Checked */

/** @type {readonly Language[]} */
const LANGUAGES = [native];

/** Those that are not read yet, to be told from mistakes. @type {readonly (readonly [string, RegExp])[]} */
const OTHERS = [
  ['AWS', /"sts:AssumeRoleWithWebIdentity"|"Statement"\s*:/],
  ['Azure', /"claimsMatchingExpression"|"languageVersion"|AzureADTokenExchange/],
  ['Google Cloud', /\bassertion\.\w|\battributeCondition\b|\battribute_condition\b|\bgoogle\.subject\b/],
  ['Vault', /\bbound_(audiences|subject|claims)\b/],
];

/**
 * The language that a text is written in.
 *
 * @param {string} text
 * @returns {{ language: Language, other?: undefined } | { language?: undefined, other: string }} a language that is not read, by name
 */
export function languageOf(text) {
  const known = LANGUAGES.find((language) => language.matches(text));
  if (known) return { language: known };
  const other = OTHERS.find(([, sign]) => sign.test(text));
  // A text of no known language is read as a native policy, whose errors say what is wrong.
  return other ? { other: other[0] } : { language: native };
}
