// `node make-sizes.mjs > ../vectors/rsa-sizes.json`: OpenSSL's signatures with keys of every kind of size. It takes minutes,
// and the keys are gone after it.
import { constants, generateKeyPairSync, sign } from 'node:crypto';

// With whole bytes, with one bit more and with one bit less, about which the encodings of PSS differ; around the last size
// whose arithmetic has digits of 12 bits; the largest.
const SIZES = [2048, 2049, 2050, 2055, 2056, 2057, 2779, 2780, 2781, 3072, 4093, 4096, 8191, 8192];
const MESSAGE = 'claimgate';

const padded = (padding) => (key, hash) => sign(hash, MESSAGE, { key, padding, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
const SCHEMES = { RS: padded(constants.RSA_PKCS1_PADDING), PS: padded(constants.RSA_PKCS1_PSS_PADDING) };

const keys = SIZES.map((bits, index) => {
  // The exponents take turns.
  const publicExponent = [65_537, 65_539][index % 2];
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: bits, publicExponent });
  const { n, e } = publicKey.export({ format: 'jwk' });
  const signatures = {};
  for (const [scheme, make] of Object.entries(SCHEMES)) {
    for (const size of [256, 384, 512]) signatures[scheme + size] = make(privateKey, `sha${size}`).toString('base64url');
  }
  console.error(`${bits} bits`);
  return { bits, n, e, signatures };
});
process.stdout.write(`${JSON.stringify({ message: MESSAGE, keys }, undefined, 1)}\n`);
