import { createVerifier } from 'claimgate';

/** As one makes it by default. */
export const claimgate = (world, alg) => subject('claimgate', verifierOf(world, alg), world);

/** Without the host's cryptography; nothing where there is none, which is the default there. */
export function claimgateWasm(world, alg) {
  if (verifierOf(world, alg).crypto === 'wasm') return undefined;
  return subject('claimgate wasm', verifierOf(world, alg, { crypto: 'wasm' }), world);
}

function verifierOf({ policy, jwks }, alg, options) {
  return createVerifier({ policy, keys: { github: jwks }, algorithms: [alg], ...options });
}

const subject = (name, verifier, { role }) => ({ name, verify: (token) => verifier.authorize(token, { role }) });
