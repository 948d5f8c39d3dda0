// Workers as they are deployed: bundled by wrangler, served by workerd.
import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spawn, temporaryFolder } from './ending.mjs';
import { run } from './run.mjs';

const require = createRequire(import.meta.url);
const TESTS = fileURLToPath(new URL('..', import.meta.url));

/** The tarball that is installed beside the tests; the build keeps it there. */
export const TARBALL = join(TESTS, 'node_modules/.claimgate.tgz');

/** An empty project in a folder of its own, with the tarball installed; `dispose` removes it. */
export async function createProject(files = {}) {
  const { folder, dispose } = temporaryFolder();
  try {
    for (const [name, source] of Object.entries(files)) {
      await mkdir(join(folder, name, '..'), { recursive: true });
      await (source instanceof URL ? cp(source, join(folder, name), { recursive: true }) : writeFile(join(folder, name), source));
    }
    // Replaces the manifest of an example: its other packages are the ones that the tests have.
    await writeFile(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
    const npm = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--offline', TARBALL];
    await run('npm', npm, { cwd: folder });
  } catch (error) {
    dispose();
    throw error;
  }
  return { folder, dispose };
}

/** Bundles the Worker of a project, and returns the folder that would be uploaded. */
export async function bundle(folder) {
  // What wrangler would keep of its own goes away with the project.
  const env = { ...process.env, WRANGLER_SEND_METRICS: 'false', CI: '1', XDG_CONFIG_HOME: folder, HOME: folder };
  const wrangler = require.resolve('wrangler/bin/wrangler.js');
  await run(process.execPath, [wrangler, 'deploy', '--dry-run', '--outdir', 'dist'], { cwd: folder, env });
  return join(folder, 'dist');
}

/**
 * Serves a bundled Worker on a free port of 127.0.0.1.
 *
 * @param {string} dist the folder that `bundle` returned
 * @param {{ outbound: string, compatibilityDate: string }} options `outbound`: the `HOST:PORT` that all its requests go to,
 *   whatever they are addressed to
 */
export async function serveWorker(dist, { outbound, compatibilityDate }) {
  const files = await readdir(dist);
  const modules = (extension, kind) =>
    files.filter((name) => name.endsWith(extension)).map((name) => `(name = "${name}", ${kind} = embed "${name}")`);
  // The first one is the main module.
  const all = [...modules('.js', 'esModule'), ...modules('.wasm', 'wasm')].join(', ');
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (modules = [${all}], compatibilityDate = "${compatibilityDate}", globalOutbound = "outbound")),
    (name = "outbound", external = (address = "${outbound}", http = ())),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`;
  await writeFile(join(dist, 'config.capnp'), config);
  const { default: workerd } = require('workerd');
  const child = spawn(workerd, ['serve', 'config.capnp', '--control-fd=3'], {
    cwd: dist,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const listening = new Promise((resolve) => {
    createInterface({ input: child.stdio[3] }).on('line', (line) => {
      const event = JSON.parse(line);
      if (event.event === 'listen') resolve(event.port);
    });
  });
  const port = await Promise.race([listening, ended.then((code) => Promise.reject(new Error(`workerd ended with ${code}`)))]);
  const stop = async () => {
    child.kill();
    await ended;
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}
