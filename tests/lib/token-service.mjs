// The Worker of `examples/token-service`, bundled and served with what its configuration says.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from './examples.mjs';
import { serveBundle } from './miniflare.mjs';

const FILES = ['worker.js', 'service.js', 'policy.json', 'wrangler.jsonc'];

/**
 * @param {object} options
 * @param {string} options.folder where the example was copied to
 * @param {(port: number) => Record<string, string>} options.env its variables and secrets
 * @param {(data: Buffer) => void} options.print is given what it prints
 */
export async function startTokenWorker({ folder, env, print }) {
  const configuration = JSON.parse(await readFile(join(folder, 'wrangler.jsonc')));
  const sqlite = configuration.migrations.flatMap((migration) => migration.new_sqlite_classes);
  const objectOf = (className) => ({ className, useSQLite: sqlite.includes(className) });
  const objects = configuration.durable_objects.bindings.map((binding) => [binding.name, objectOf(binding.class_name)]);
  const port = await freePort();
  return serveBundle({
    files: Object.fromEntries(FILES.map((name) => [name, pathToFileURL(join(folder, name))])),
    flags: configuration.compatibility_flags,
    durableObjects: Object.fromEntries(objects),
    bindings: env(port),
    port,
    print,
  });
}
