import { inputKind, tokenIn } from '../../wasm/claimgate.js';
import { call } from '../core.js';
import { encodeUtf8 } from '../util/utf8.js';

/** @param {string | Uint8Array} input */
const bytesOf = (input) => (typeof input === 'string' ? encodeUtf8(input) : input);

/**
 * What a text is that was given for a token, a policy or keys, by its form alone. The names are those of `InputKind` in the core.
 *
 * @param {string | Uint8Array} input
 * @returns {string | undefined}
 */
export function inputKindOf(input) {
  return call(() => inputKind(bytesOf(input)));
}

/**
 * The one token in what a person gave, without what people copy along with it. A text without a token, or with several, is returned as it
 * is: the core then says what is wrong with it.
 *
 * @param {string | Uint8Array} input
 * @returns {string}
 */
export function tokenOf(input) {
  return call(() => tokenIn(bytesOf(input)));
}
