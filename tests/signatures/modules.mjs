// The wasm with bare signatures, as the build makes it for the tests and the benchmarks alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createHost } from '../../src/js/host.js';
import { TARGET } from '../lib/target.mjs';

// The one that browsers wait for, and the one that servers read: they are compiled differently.
export const modules = await Promise.all(['signatures', 'signatures-server'].map(load));

const [small] = modules;

/**
 * What verifies: each of them by itself, and the host or WebCrypto with the first, as in `Core`. The first leaves the curves to these.
 *
 * @type {{ name: string, has(algorithm: string): boolean, parse(algorithm: string, jwk: string): { verify(message: Uint8Array, signature: Uint8Array): boolean | Promise<boolean>, free(): void } | undefined }[]}
 */
export const providers = [
  ...modules.map(({ name, SignatureKey }) => ({ name, has: (algorithm) => name !== small.name || !algorithm.startsWith('E'), parse: SignatureKey.parse })),
  { name: 'node:crypto', has: () => true, parse: (algorithm, jwk) => small.SignatureKey.parse(algorithm, jwk, createHost()) },
  { name: 'WebCrypto', has: () => true, parse: webCryptoKey },
];

function webCryptoKey(algorithm, jwk) {
  const key = small.SignatureKey.parse(algorithm, jwk, undefined, crypto.subtle);
  return key && { verify: (message, signature) => key.verifyAsync(message, signature), free: () => key.free() };
}

async function load(name) {
  // Each has bindings of its own, although their text is the same: the query makes them two modules.
  const bindings = await import(`${pathToFileURL(join(TARGET, 'signatures/signatures.js'))}?${name}`);
  bindings.initSync({ module: readFileSync(join(TARGET, `signatures/${name}_bg.wasm`)) });
  return { name, ...bindings };
}
