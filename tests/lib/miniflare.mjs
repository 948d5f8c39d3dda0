// Workers bundled by wrangler, in workerd, with Miniflare's simulators of Cloudflare's services beside it.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Miniflare } from 'miniflare';
import { bundle, createProject } from './worker.mjs';

const COMPATIBILITY_DATE = '2026-04-01';

/**
 * @param {object} options
 * @param {Record<string, string | URL>} options.files of the project; `worker.mjs` is the Worker, unless there is a `wrangler.jsonc`
 * @param {string[]} options.flags of compatibility
 * @param {Record<string, string | { className: string, useSQLite: boolean }>} [options.durableObjects] the classes of Durable
 *   Objects, by their bindings
 * @param {Record<string, string>} [options.bindings] variables and secrets
 * @param {number} [options.port] a free one unless given
 * @param {(data: Buffer) => void} [options.print] is given what the Worker prints, in place of this process's own output
 * @returns {Promise<{ url: string, close: () => Promise<void> }>} it has a namespace of Workers KV, `KEYS`
 */
export async function serveBundle({ files, flags, durableObjects, bindings, port, print }) {
  const configuration = { name: 'worker', main: 'worker.mjs', compatibility_date: COMPATIBILITY_DATE, compatibility_flags: flags };
  const project = await createProject({ 'wrangler.jsonc': JSON.stringify(configuration), ...files });
  try {
    const worker = new Miniflare({
      modules: await modules(await bundle(project.folder)),
      compatibilityDate: COMPATIBILITY_DATE,
      compatibilityFlags: flags,
      kvNamespaces: ['KEYS'],
      durableObjects,
      bindings,
      host: '127.0.0.1',
      port,
      handleRuntimeStdio: print && ((...streams) => streams.forEach((stream) => stream.on('data', print))),
    });
    return { url: String(await worker.ready), close: () => worker.dispose() };
  } finally {
    await project.dispose();
  }
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
