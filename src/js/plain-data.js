import { optionError } from './options.js';

/** Levels of arrays and objects. The core allows fewer; this bound ends cycles. */
const MAX_DEPTH = 32;
/** The most characters of a place that a message repeats. */
const PLACE_LENGTH = 160;

const { getOwnPropertyDescriptor, getPrototypeOf } = Object;
const sourceOf = Function.prototype.toString;

/**
 * The JSON text of a configuration object: a policy, a JWK Set, signing keys. A text is returned as it is.
 *
 * @param {string} name the option, for messages
 * @param {unknown} value
 */
export function jsonText(name, value) {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) throw optionError(`\`${name}\` must be a JSON object or a JSON string`, { place: name });
  return JSON.stringify(plainData(name, value));
}

/**
 * A copy of a configuration object that consists of plain data only.
 *
 * `JSON.stringify` drops what JSON cannot express. In a policy a dropped condition admits more jobs, so anything that is not plain data is
 * refused here, with its place. Values are never repeated: they may be private keys. Each member is read once, so that a `Proxy` cannot
 * answer differently later.
 *
 * @param {string} name the option, for messages
 * @param {object} value
 * @returns {any}
 */
export function plainData(name, value) {
  return copy(value, [name]);
}

/**
 * @param {unknown} value
 * @param {(string | number)[]} path the place of `value`: the option, then names of members and indexes of items
 * @returns {unknown}
 */
function copy(value, path) {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || Number.isFinite(value)) return value;
  if (value === undefined) throw refuse(path, 'is `undefined`: is an environment variable unset? set a value, or leave the member out');
  if (typeof value === 'number') throw refuse(path, 'is a number that is not finite, which JSON does not have');
  if (typeof value !== 'object') throw refuse(path, `is a ${typeof value}, which JSON does not have`);
  if (path.length > MAX_DEPTH) throw refuse(path, 'is nested too deeply, or contains itself');
  return Array.isArray(value) ? copyArray(value, path) : copyObject(value, path);
}

/**
 * @param {object} object
 * @param {(string | number)[]} path
 */
function copyObject(object, path) {
  const prototype = getPrototypeOf(object);
  if (prototype !== null && prototype !== Object.prototype && !isIntrinsicPrototype(prototype, 'Object')) {
    throw refuse(path, 'must be a plain object, not an instance of a class or an object with inherited members');
  }
  /** @type {Record<string, unknown>} */
  const copied = {};
  for (const name of Reflect.ownKeys(object)) {
    if (typeof name === 'symbol') throw refuse(path, 'has a member whose name is a symbol, which JSON does not have');
    path.push(name);
    const value = copy(ownValue(object, name, path), path);
    path.pop();
    // Assigned, it would be the prototype. The core refuses it by its name.
    if (name === '__proto__') Object.defineProperty(copied, name, { value, enumerable: true });
    else copied[name] = value;
  }
  return copied;
}

/**
 * @param {unknown[]} array
 * @param {(string | number)[]} path
 */
function copyArray(array, path) {
  const prototype = getPrototypeOf(array);
  if (prototype !== Array.prototype && !isIntrinsicPrototype(prototype, 'Array')) throw refuse(path, 'must be a plain array, not an instance of a class');
  const names = Reflect.ownKeys(array);
  const length = Number(getOwnPropertyDescriptor(array, 'length')?.value);
  const copied = [];
  // Indexes come first and in order, then `length`.
  for (let index = 0; index < Math.min(length, names.length); index += 1) {
    path.push(index);
    if (names[index] !== String(index)) throw refuse(path, 'is missing: the array has a hole');
    copied.push(copy(ownValue(array, String(index), path), path));
    path.pop();
  }
  if (names.length !== length + 1) throw refuse(path, 'has members that are not items');
  return copied;
}

/**
 * @param {object} object
 * @param {string} name
 * @param {(string | number)[]} path of the member
 * @returns {unknown}
 */
function ownValue(object, name, path) {
  const member = getOwnPropertyDescriptor(object, name);
  if (!member || !('value' in member)) throw refuse(path, 'is a getter or a setter: give its value');
  if (!member.enumerable) throw refuse(path, 'is not enumerable, so it would be ignored: define it as an ordinary member');
  return member.value;
}

/**
 * Whether this is the `Object.prototype` or `Array.prototype` of another realm: Jest, `vm` and Vercel's edge run code in realms of their
 * own. A look-alike whose inherited members would be lost cannot pass: only the realm's own constructor has this source text, and its
 * `prototype` can be neither replaced nor redefined.
 *
 * @param {object | null} prototype
 * @param {'Object' | 'Array'} name
 */
function isIntrinsicPrototype(prototype, name) {
  const constructor = prototype && getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  if (typeof constructor !== 'function') return false;
  const isNative = new RegExp(`^function ${name}\\(\\) \\{\\s*\\[native code\\]\\s*\\}$`).test(sourceOf.call(constructor));
  return isNative && getOwnPropertyDescriptor(constructor, 'prototype')?.value === prototype;
}

/**
 * @param {readonly (string | number)[]} path
 * @param {string} problem
 */
function refuse(path, problem) {
  const whole = path.map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${part}`)).join('');
  const place = whole.length > PLACE_LENGTH ? `${whole.slice(0, PLACE_LENGTH)}…` : whole;
  return optionError(`\`${place}\` ${problem}`, { place });
}
