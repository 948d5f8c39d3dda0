// `node millions.mjs CASES [SEED]`: RSA's arithmetic on the wasm's SIMD against OpenSSL's, which is fast enough for millions of
// cases of 2048 bits. No part of the suite; `cargo xtask test signatures` makes the modules.
import { constants, createPublicKey, publicEncrypt, randomUUID } from 'node:crypto';
import { modules } from './modules.mjs';
import { EXPONENTS, bytes, numbers } from './numbers.mjs';

const BITS = 2048;
const LENGTH = BITS / 8;
const BASES = 16; // of each modulus
const [cases, seed = randomUUID()] = process.argv.slice(2);
console.log(`seed ${seed}`);

const { below, number, modulus } = numbers(seed);
const began = performance.now();
for (let done = 0; done < Number(cases); done += BASES) {
  const exponent = EXPONENTS[below(16) === 0 ? below(3) : 0];
  const n = modulus(BITS);
  const jwk = { kty: 'RSA', n: bytes(n, LENGTH).toString('base64url'), e: bytes(exponent, 5).toString('base64url') };
  const key = { key: createPublicKey({ key: jwk, format: 'jwk' }), padding: constants.RSA_NO_PADDING };
  for (let count = 0; count < BASES; count += 1) {
    const base = bytes(number(BITS) % n, LENGTH);
    const expected = publicEncrypt(key, base);
    for (const { name, power } of modules) {
      if (expected.equals(power(bytes(n, LENGTH), exponent, base) ?? [])) continue;
      console.error(`${name}: 0x${base.toString('hex')} ** ${exponent} % 0x${n.toString(16)}`);
      process.exit(1);
    }
  }
  if (done % (1 << 16) === 0) console.log(`${done} cases, ${((performance.now() - began) / 1000).toFixed(0)} s`);
}
console.log(`${cases} cases, ${((performance.now() - began) / 1000).toFixed(0)} s, in ${modules.length} modules each`);
