// Runtimes that are programs: they run `program.mjs`.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const modules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

/** The newest Node, which comes as a package for each platform. */
export const newestNode = () => join(dirname(require.resolve(`node-${process.platform}-${process.arch}/package.json`)), 'bin/node');

/** The programs of npm packages, whose own installers do not run here: in the package for this platform. */
const PROGRAMS = {
  deno: () => find('@deno', `${process.platform}-${process.arch}`, 'deno'),
  bun: () => find('@oven', `bun-${process.platform}-${process.arch.replace('arm64', 'aarch64')}`, 'bin/bun'),
};

function find(scope, prefix, program) {
  const folder = readdirSync(join(modules, scope)).find((name) => name.startsWith(prefix) && !name.includes('musl'));
  if (!folder) throw new Error(`no package \`${scope}/${prefix}\` is installed for this platform`);
  return join(modules, scope, folder, program);
}

/** Runs the suite in a program; `script` takes the world from its standard input, and prints the results. */
export function runProcess(program, args = [], script = fileURLToPath(new URL('program.mjs', import.meta.url))) {
  return async (world) => {
    const child = spawn(PROGRAMS[program]?.() ?? program, [...args, script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    child.stdin.end(JSON.stringify(world));
    const [printed, code] = await Promise.all([text(child.stdout), ended]);
    if (code !== 0) throw new Error(`\`${program}\` ended with ${code}\n${printed}`);
    return JSON.parse(printed);
  };
}
