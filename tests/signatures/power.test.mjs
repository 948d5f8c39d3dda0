// The arithmetic of RSA on the wasm's SIMD, held against JavaScript's own big integers. The Rust tests do the same natively,
// where arrays stand for the registers.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modules } from './modules.mjs';
import { EXPONENTS, SIZES, bytes, numbers, ones } from './numbers.mjs';

const [SEED, CASES] = ['claimgate', 1000];

function powerOf(base, exponent, n) {
  let power = 1n;
  for (const bit of exponent.toString(2)) {
    power = (power * power) % n;
    if (bit === '1') power = (power * base) % n;
  }
  return power;
}

function check({ name, power }, n, exponent, base) {
  const length = Math.ceil(n.toString(2).length / 8);
  const raised = power(bytes(n, length), exponent, bytes(base, length));
  const expected = base < n ? bytes(powerOf(base, exponent, n), length).toString('hex') : undefined;
  const found = raised && Buffer.from(raised).toString('hex');
  if (found !== expected) assert.fail(`${name}: 0x${base.toString(16)} ** ${exponent}n % 0x${n.toString(16)}n`);
}

for (const module of modules) {
  test(`${module.name}: extremes of every size`, () => {
    for (const bits of SIZES) {
      const top = 1n << BigInt(bits - 1);
      const { modulus } = numbers(`${SEED} ${bits}`);
      for (const n of [ones(bits), top | 1n, top | (1n << BigInt(bits >> 1)) | 1n, modulus(bits), modulus(bits)]) {
        for (const base of [0n, 1n, 2n, n - 1n, n, n >> 1n, top, top - 1n, ones(8 * Math.ceil(bits / 8))]) {
          check(module, n, EXPONENTS[0], base);
        }
        for (const exponent of EXPONENTS) check(module, n, exponent, n / 3n);
      }
    }
  });

  test(`${module.name}: ${CASES} numbers from the seed \`${SEED}\``, () => {
    const { below, number, modulus } = numbers(SEED);
    for (let count = 0; count < CASES; count += 1) {
      const bits = below(4) === 0 ? SIZES[below(SIZES.length)] : 2048;
      const n = modulus(bits);
      check(module, n, EXPONENTS[below(16) === 0 ? below(3) : 0], number(bits) % n);
    }
  });

  // `a_quotient_of_one_sign_with_the_modulus` in src/signature/rsa/tests.rs.
  test(`${module.name}: a quotient of one sign with the modulus`, () => {
    const n = BigInt(
      '0xb57f62ca94b934a2de3d0ea48ddfb65a81cb79ff7748ecae8df1efe69dde363b6c74d2b75af50a1f6cd393233ea125a5b35cad7f04e7e9' +
      '841d883672011067a218477c0e2386e36995ad4e835249c727fd8b6559a7a0d7d0e43d6f65b2bfc97be3dd2ece7ca9f8f77a147181c303' +
      '07c687d2fdc37883a82673d33733d23aa44b14926f0df42e9c71e28b87a0d4841e53a199e73402224b496c34ca17aedc3240630a3d7eea' +
      '6a030cb715960d153fcfcec589ce398eac9129e1ad2d35cc95a25c797477a1ca22f5225de00822bb15fa2e9937d73146151ca1af106129' +
      'f86b192c7ff7cefc90cb99849e84f85c2daea9938221174b64016781ee17062373d549dd',
    );
    const base = BigInt(
      '0xa1a383c2f36a0eb54eb1c51c5323a8f17329403d161b32d2989c17638ed221f19ee2297052450659c66fbcc972c201bca37569fbe0b7fd' +
      '34c42ce396e735d5ba5d18a8fe8812e85d5b5377597275be7c1c6b32971723984688eaa2cff6fa725bc876529ed1f13e5c48ad8bfc9ce3' +
      '011fae57532c84ae922a09adbd08749bf725828a5011756fdbcec7a67bf7758afc0de245eba804b291e1a9281874a625e96fc2b219297a' +
      '240498ce8620dfb2051da6758d07d675c6d13e42741b9361357c30f6fac491675e97cc8068ce6970bf6e42959f71b612564438c5d3abaa' +
      '4dc2ba3c7704fff89527a1c701468098de608e1e98a58074843e7679168def045482c19b',
    );
    check(module, n, 65_537n, base);
  });
}
