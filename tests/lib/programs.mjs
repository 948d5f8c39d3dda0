// Programs that come as npm packages for each platform, whose own installers do not run here.
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const modules = fileURLToPath(new URL('../node_modules/', import.meta.url));

/** The newest Node. */
export const newestNode = () => join(dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin/node');

/** @param {'deno' | 'bun'} name */
export function programOf(name) {
  const { platform, arch } = process;
  if (name === 'deno') return find('@deno', `${platform}-${arch}`, 'deno');
  return find('@oven', `bun-${platform}-${arch.replace('arm64', 'aarch64')}`, 'bin/bun');
}

function find(scope, prefix, program) {
  const folder = readdirSync(join(modules, scope)).find((name) => name.startsWith(prefix) && !name.includes('musl'));
  if (!folder) throw new Error(`no package \`${scope}/${prefix}\` is installed for this platform`);
  return join(modules, scope, folder, program);
}
