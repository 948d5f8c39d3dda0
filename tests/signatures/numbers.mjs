// Moduli, exponents and bases at which arithmetic would break first.
import { createHash } from 'node:crypto';

export const EXPONENTS = [65_537n, 65_539n, (1n << 33n) - 1n];
// No multiple of a digit or of four, the last size with digits of 12 bits and the first of 11, and what keys have.
export const SIZES = [2048, 2049, 2050, 2060, 2061, 2779, 2780, 2781, 3072, 4093, 4096, 8191, 8192];

export const bytes = (number, length) => Buffer.from(number.toString(16).padStart(2 * length, '0'), 'hex');
export const ones = (bits) => (1n << BigInt(bits)) - 1n;

/** Numbers from a seed: bytes at random, or many at an extreme, or long runs of one bit. */
export function numbers(seed) {
  let counter = 0;
  let pool = Buffer.alloc(0);
  const take = (length) => {
    while (pool.length < length) pool = Buffer.concat([pool, createHash('sha512').update(`${seed} ${counter++}`).digest()]);
    const taken = pool.subarray(0, length);
    pool = pool.subarray(length);
    return taken;
  };
  const below = (limit) => take(4).readUInt32LE() % limit;
  const number = (bits) => {
    const at = BigInt(`0x${take(Math.ceil(bits / 8)).toString('hex')}`) & ones(bits);
    switch (below(4)) {
      case 0: {
        const extremes = take(Math.ceil(bits / 8)).map((byte) => [0, 0xff, 0x80, 0x7f, byte][byte % 5]);
        return BigInt(`0x${Buffer.from(extremes).toString('hex')}`) & ones(bits);
      }
      case 1: {
        const [from, length] = [below(bits), below(bits)];
        return (at ^ (ones(length) << BigInt(from))) & ones(bits);
      }
      case 2:
        return [ones(bits), 0n, 1n, 1n << BigInt(below(bits)), ones(bits) ^ (1n << BigInt(below(bits)))][below(5)];
      default:
        return at;
    }
  };
  const modulus = (bits) => number(bits) | (1n << BigInt(bits - 1)) | 1n;
  return { below, number, modulus };
}
