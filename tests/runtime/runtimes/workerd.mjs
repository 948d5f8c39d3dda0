import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { bundle, createProject } from '../../lib/worker.mjs';

const COMPATIBILITY_DATE = '2026-04-01';

const WORKER = `
import * as api from 'claimgate';
import { cacheApi, workersKv } from 'claimgate/caches';
import { runSuite } from './suite/index.mjs';

export default {
  async fetch(request, env) {
    const caches = { cacheApi: cacheApi(), workersKv: workersKv(env.KEYS) };
    return Response.json(await runSuite(api, caches, await request.json()));
  },
};
`;

/** Bundled by wrangler, with Miniflare's simulators of the Cache API and of Workers KV beside workerd. */
export function runInWorkerd({ flags }) {
  return async (world) => {
    const configuration = { name: 'suite', main: 'worker.mjs', compatibility_date: COMPATIBILITY_DATE, compatibility_flags: flags };
    const project = await createProject({
      'wrangler.jsonc': JSON.stringify(configuration),
      'worker.mjs': WORKER,
      suite: new URL('../suite', import.meta.url),
      'assert.mjs': new URL('../assert.mjs', import.meta.url),
    });
    try {
      const worker = new Miniflare({
        modules: await modules(await bundle(project.folder)),
        compatibilityDate: COMPATIBILITY_DATE,
        compatibilityFlags: flags,
        kvNamespaces: ['KEYS'],
      });
      try {
        const response = await worker.dispatchFetch('http://suite.example/', { method: 'POST', body: JSON.stringify(world) });
        return await response.json();
      } finally {
        await worker.dispose();
      }
    } finally {
      await project.dispose();
    }
  };
}

/** The files that would be uploaded, the main module first. */
async function modules(folder) {
  const files = await readdir(folder);
  const names = ['.js', '.wasm'].flatMap((extension) => files.filter((name) => name.endsWith(extension)));
  return Promise.all(
    names.map(async (path) => {
      const contents = await readFile(join(folder, path));
      return path.endsWith('.js') ? { type: 'ESModule', path, contents: contents.toString() } : { type: 'CompiledWasm', path, contents };
    }),
  );
}
