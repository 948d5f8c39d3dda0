// Workers, bundled as wrangler does it, each in a workerd of its own.
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { spawn } from '../../tests/lib/ending.mjs';
import { TESTS, load, require } from './packages.mjs';

const COMPATIBILITY_DATE = '2026-04-01';

/** Makes `NAME.js` of each `NAME.mjs`, and puts the modules of wasm beside them. */
export async function bundle(entryPoints, folder) {
  const { build } = await load('esbuild');
  await build({
    entryPoints,
    outdir: folder,
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd', 'worker', 'browser'],
    loader: { '.wasm': 'copy' },
    assetNames: '[name]',
    nodePaths: [join(TESTS, 'node_modules')],
  });
}

/** Serves the Worker `NAME.js` of a folder; `core` is the one it may use. */
export async function serve(name, { folder, flags, bindings = {}, core }) {
  const text = JSON.stringify; // of ASCII, which is all there is here, it is a string of Cap'n Proto, too
  const source = await readFile(join(folder, `${name}.js`), 'utf8');
  const files = [...source.matchAll(/from "\.\/([\w-]+\.wasm)(\?module)?"/g)];
  const wasm = files.map(([, file, query = '']) => `(name = "./${file}${query}", wasm = embed "${file}")`);
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "worker", worker = (
    modules = [${[`(name = "worker", esModule = embed "${name}.js")`, ...wasm]}],
    compatibilityDate = "${COMPATIBILITY_DATE}",
    compatibilityFlags = ${text(flags)},
    bindings = [${Object.entries(bindings).map(([key, value]) => `(name = "${key}", text = ${text(value)})`)}],
  ))],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`;
  await writeFile(join(folder, `${name}.capnp`), config);
  const command = [require('workerd').default, 'serve', `${name}.capnp`, '--control-fd=3'];
  const [program, ...args] = core === undefined ? command : ['taskset', '-c', String(core), ...command];
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  const ended = once(child, 'exit');
  const stop = async () => {
    child.kill();
    await ended;
  };
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdio[3] }), 'line'),
    ended.then(([code]) => Promise.reject(new Error(`workerd ended with ${code}`))),
  ]);
  return { name, pid: child.pid, port: JSON.parse(line).port, stop };
}
