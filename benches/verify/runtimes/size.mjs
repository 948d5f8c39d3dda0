// Not a runtime, but a row of each entry for browsers: bytes, wasm included, bundled, minified, `gzip -9`.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../../../tests/lib/run.mjs';
import { TESTS, load } from '../../lib/packages.mjs';

const SIZE = fileURLToPath(new URL('../../../xtask/js/size.mjs', import.meta.url));

export async function sizes({ folder }) {
  const { exports } = JSON.parse(await readFile(join(TESTS, 'node_modules/claimgate/package.json'), 'utf8'));
  const measure = async (source) => {
    const file = join(folder, 'size.mjs');
    await writeFile(file, source);
    return Number(await run(process.execPath, [SIZE, file]));
  };
  const jose = await measure("export { jwtVerify, createRemoteJWKSet } from 'jose';");
  const rows = [];
  const notes = [];
  for (const [entry, name] of [['.', 'claimgate']]) {
    if (!exports[entry]) notes.push(`there is no \`${name}\``);
    else rows.push({ name: 'size', times: { [name]: await measure(`export * from '${name}';`), jose } });
  }
  const { version } = await load('esbuild');
  return { version, rows, notes };
}
