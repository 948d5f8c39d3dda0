// Vercel's edge functions, in Vercel's own runtime for local use. Its builder is what makes a module of `?module`: here esbuild
// does the same, and the module comes, as there, from outside of the function's realm.
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { EdgeRuntime } from 'edge-runtime';
import { build } from 'esbuild';

const SOURCE = `
import * as api from 'claimgate';
import { runSuite } from './suite/index.mjs';

globalThis.run = async (world) => JSON.stringify(await runSuite(api, {}, JSON.parse(world)));
`;

export async function runInEdgeRuntime(world) {
  const modules = {};
  const wasmModules = {
    name: 'wasm modules',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.wasm\?module$/ }, async ({ path, resolveDir }) => {
        modules[path] = await WebAssembly.compile(await readFile(`${resolveDir}/${path.replace('?module', '')}`));
        return { path, namespace: 'wasm' };
      });
      onLoad({ filter: /./, namespace: 'wasm' }, ({ path }) => ({ contents: `export default globalThis.WASM[${JSON.stringify(path)}];` }));
    },
  };
  const { outputFiles } = await build({
    stdin: { contents: SOURCE, resolveDir: fileURLToPath(new URL('..', import.meta.url)) },
    bundle: true,
    conditions: ['edge-light'],
    format: 'iife',
    banner: { js: '"use strict";' }, // as modules are
    write: false,
    plugins: [wasmModules],
  });
  const runtime = new EdgeRuntime({ extend: (context) => Object.assign(context, { WASM: modules }) });
  runtime.evaluate(outputFiles[0].text);
  return JSON.parse(await runtime.context.run(JSON.stringify(world)));
}
