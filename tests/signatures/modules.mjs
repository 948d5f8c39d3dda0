// The wasm with bare signatures, as the build makes it for the tests and the benchmarks alone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chooseHost } from '../../src/js/host.js';
import { TARGET } from '../lib/target.mjs';

// The one that browsers wait for, and the one that servers read: they are compiled differently.
export const modules = await Promise.all(['signatures', 'signatures-server'].map(load));

/** Who verifies: each of them by itself, and the host behind the first, as in `Core`. */
export const providers = [
  ...modules.map(({ name, SignatureKey }) => ({ name, parse: SignatureKey.parse })),
  { name: 'node:crypto', parse: (algorithm, jwk) => modules[0].SignatureKey.parse(algorithm, jwk, chooseHost('host', [algorithm])) },
];

async function load(name) {
  // Each has bindings of its own, although their text is the same: the query makes them two modules.
  const bindings = await import(`${pathToFileURL(join(TARGET, 'signatures/signatures.js'))}?${name}`);
  bindings.initSync({ module: readFileSync(join(TARGET, `signatures/${name}_bg.wasm`)) });
  return { name, ...bindings };
}
