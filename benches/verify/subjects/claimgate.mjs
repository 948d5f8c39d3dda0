import { createVerifier } from 'claimgate';

/** As one makes it by default. */
export const claimgate = (world, alg) => subject('claimgate', verifierOf(world, alg), world);

/** By the wasm itself; nothing where that is the default, or where the wasm leaves the algorithm to WebCrypto. */
export function claimgateWasm(world, alg) {
  if (verifierOf(world, alg).crypto === 'wasm') return undefined;
  try {
    return subject('claimgate wasm', verifierOf(world, alg, { crypto: 'wasm' }), world);
  } catch (error) {
    if (error.place === 'algorithms') return undefined;
    throw error;
  }
}

function verifierOf({ policy, jwks }, alg, options) {
  return createVerifier({ policy, keys: { github: jwks }, algorithms: [alg], ...options });
}

const subject = (name, verifier, { role }) => ({ name, verify: (token) => verifier.authorize(token, { role }) });
