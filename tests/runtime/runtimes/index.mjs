// Every runtime and bundler, and what each is declared to have: what is missing is said here, and the suite holds it to that.
import { newestNode, programOf } from '../../lib/programs.mjs';
import { runInBrowser } from './browser.mjs';
import { bundleWith, servePackage, serveWithVite } from './bundles.mjs';
import { runInEdgeRuntime } from './edge.mjs';
import { runProcess } from './process.mjs';
import { runInWorkerd } from './workerd.mjs';

/**
 * @typedef {object} Runtime
 * @property {string} name
 * @property {boolean} hasHost whether it has a synchronous `node:crypto`, which is its provider unless told otherwise
 * @property {'wasm'} [rsaBy] who verifies RSA, if that is not its host, though it has one
 * @property {string[]} caches the adapters of `claimgate/caches` that work there
 * @property {(world: object) => Promise<{ name: string, error?: string }[]>} run
 */

/** @type {Runtime[]} */
export const RUNTIMES = [
  { name: `Node ${process.versions.node}`, hasHost: true, caches: [], run: runProcess(process.execPath) },
  { name: 'Node, newest', hasHost: true, caches: [], run: runProcess(newestNode()) },
  { name: 'Node, esbuild', hasHost: true, caches: [], run: bundleWith('esbuild', 'node') },
  { name: 'Deno', hasHost: true, rsaBy: 'wasm', caches: ['cacheApi', 'denoKv'], run: runProcess(programOf('deno'), ['run', '--allow-all', '--unstable-kv']) },
  { name: 'Bun', hasHost: true, caches: [], run: runProcess(programOf('bun')) },
  { name: 'workerd', hasHost: false, caches: ['cacheApi', 'workersKv'], run: runInWorkerd({ flags: [] }) },
  { name: 'workerd, nodejs_compat', hasHost: true, caches: ['cacheApi', 'workersKv'], run: runInWorkerd({ flags: ['nodejs_compat'] }) },
  { name: 'workerd, slim', hasHost: false, caches: ['cacheApi', 'workersKv'], run: runInWorkerd({ flags: [], slim: true }) },
  { name: 'edge-runtime', hasHost: false, caches: [], run: runInEdgeRuntime },
  { name: 'Chromium', hasHost: false, caches: ['cacheApi'], run: runInBrowser('chrome', servePackage) },
  { name: 'Firefox', hasHost: false, caches: ['cacheApi'], run: runInBrowser('firefox', servePackage) },
  { name: 'Chromium, esbuild', hasHost: false, caches: ['cacheApi'], run: runInBrowser('chrome', bundleWith('esbuild', 'browser')) },
  { name: 'Chromium, Vite', hasHost: false, caches: ['cacheApi'], run: runInBrowser('chrome', bundleWith('vite', 'browser')) },
  { name: 'Chromium, Vite dev', hasHost: false, caches: ['cacheApi'], run: runInBrowser('chrome', serveWithVite) },
  { name: 'Chromium, webpack', hasHost: false, caches: ['cacheApi'], run: runInBrowser('chrome', bundleWith('webpack', 'browser')) },
];
