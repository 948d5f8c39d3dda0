// What bundlers make of the package, with no configuration for it, and the package as it is, for browsers with an import map.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProject } from '../../lib/worker.mjs';
import { runProcess } from './process.mjs';

const PAGE_SOURCE = `
import * as api from 'claimgate';
import { cacheApi } from 'claimgate/caches';
import { runSuite } from './suite/index.mjs';

globalThis.run = (world) => runSuite(api, { cacheApi: cacheApi() }, world);
`;

const NODE_SOURCE = `
import * as api from 'claimgate';
import { text } from 'node:stream/consumers';
import { runSuite } from './suite/index.mjs';

const results = await runSuite(api, {}, JSON.parse(await text(process.stdin)));
process.stdout.write(JSON.stringify(results), () => process.exit());
`;

const SUITE = { suite: new URL('../suite', import.meta.url), 'assert.mjs': new URL('../assert.mjs', import.meta.url) };

const page = (script, head = '') => `<!doctype html><meta charset="utf-8"><title>suite</title>${head}${script}`;

/** Each makes `dist/main.js` in a project of `main.mjs`. */
const BUNDLERS = {
  async esbuild(folder, platform) {
    const { build } = await import('esbuild');
    await build({ entryPoints: [join(folder, 'main.mjs')], bundle: true, minify: true, format: 'esm', platform, outfile: join(folder, 'dist/main.js'), logLevel: 'error' });
  },
  async vite(folder) {
    const { build } = await import('vite');
    const rollupOptions = { input: join(folder, 'main.mjs'), output: { entryFileNames: 'main.js' } };
    await build({ root: folder, configFile: false, logLevel: 'error', build: { outDir: 'dist', rollupOptions } });
  },
  async webpack(folder) {
    const { default: webpack } = await import('webpack');
    const compiler = webpack({ context: folder, entry: './main.mjs', mode: 'production', output: { path: join(folder, 'dist'), filename: 'main.js' }, performance: false });
    const stats = await new Promise((resolve, reject) => compiler.run((error, stats) => (error ? reject(error) : resolve(stats))));
    if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString());
    await new Promise((resolve) => compiler.close(resolve));
  },
};

/**
 * Bundles the suite; for a browser it serves a page with the bundle, for Node it runs it.
 *
 * @param {keyof typeof BUNDLERS} bundler
 * @param {'browser' | 'node'} platform
 */
export function bundleWith(bundler, platform) {
  const prepare = async () => {
    const project = await createProject({
      'main.mjs': platform === 'node' ? NODE_SOURCE : PAGE_SOURCE,
      ...SUITE,
    });
    await BUNDLERS[bundler](project.folder, platform);
    return project;
  };
  if (platform === 'node') {
    return async (world) => {
      const project = await prepare();
      try {
        return await runProcess(process.execPath, [], join(project.folder, 'dist/main.js'))(world);
      } finally {
        await project.dispose();
      }
    };
  }
  return async () => {
    const project = await prepare();
    // As classic bundles are served, without a word on their encoding.
    const script = bundler === 'webpack' ? '<script src="/dist/main.js"></script>' : '<script type="module" src="/dist/main.js"></script>';
    const { url, close } = await serve(project.folder, page(script));
    return { url, close: () => close(project.dispose()) };
  };
}

/** Vite's development server, whose optimiser rewrites dependencies on the fly. */
export async function serveWithVite() {
  const project = await createProject({ 'main.mjs': PAGE_SOURCE, 'index.html': page('<script type="module" src="/main.mjs"></script>'), ...SUITE });
  const { createServer } = await import('vite');
  const server = await createServer({ root: project.folder, configFile: false, logLevel: 'error', server: { host: '127.0.0.1', port: 0, hmr: false } });
  await server.listen();
  const close = async () => {
    await server.close();
    await project.dispose();
  };
  return { url: server.resolvedUrls.local[0], close };
}

/** The package itself, unbundled. */
export async function servePackage() {
  const tests = fileURLToPath(new URL('../..', import.meta.url));
  const manifest = JSON.parse(await readFile(join(tests, 'node_modules/claimgate/package.json')));
  const target = (name) => join('/node_modules/claimgate', manifest.exports[name].default);
  const imports = { claimgate: target('.'), 'claimgate/caches': target('./caches'), 'claimgate/exchange': target('./exchange'), 'claimgate/issuer': target('./issuer') };
  const source = PAGE_SOURCE.replace('./suite', '/runtime/suite');
  return serve(tests, page(`<script type="module">${source}</script>`, `<script type="importmap">${JSON.stringify({ imports })}</script>`));
}

const TYPES = { js: 'text/javascript', mjs: 'text/javascript' };

/** Serves a folder's JavaScript, and a page at the root. */
async function serve(folder, html) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, 'http://page').pathname);
    const type = TYPES[path.split('.').at(-1)];
    try {
      if (path === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(html);
      else if (type) response.writeHead(200, { 'content-type': type }).end(await readFile(join(folder, path)));
      else response.writeHead(404).end();
    } catch {
      response.writeHead(404).end();
    }
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = (rest) => {
    server.close();
    server.closeAllConnections();
    return rest;
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}
