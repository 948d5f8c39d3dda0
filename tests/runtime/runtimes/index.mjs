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
 * @property {boolean} hasHost whether it has a synchronous `node:crypto`
 * @property {boolean} prefersHost whether that is the provider unless told otherwise
 * @property {string[]} caches the adapters of `claimgate/caches` that work there
 * @property {(world: object) => Promise<{ name: string, error?: string }[]>} run
 */

const native = { hasHost: true, prefersHost: true };
const emulated = { hasHost: true, prefersHost: false };
const none = { hasHost: false, prefersHost: false };

/** @type {Runtime[]} */
export const RUNTIMES = [
  { name: `Node ${process.versions.node}`, ...native, caches: [], run: runProcess(process.execPath) },
  { name: 'Node, newest', ...native, caches: [], run: runProcess(newestNode()) },
  { name: 'Node, esbuild', ...native, caches: [], run: bundleWith('esbuild', 'node') },
  { name: 'Deno', ...emulated, caches: ['cacheApi', 'denoKv'], run: runProcess(programOf('deno'), ['run', '--allow-all', '--unstable-kv']) },
  { name: 'Bun', ...native, caches: [], run: runProcess(programOf('bun')) },
  { name: 'workerd', ...none, caches: ['cacheApi', 'workersKv'], run: runInWorkerd({ flags: [] }) },
  { name: 'workerd, nodejs_compat', ...native, caches: ['cacheApi', 'workersKv'], run: runInWorkerd({ flags: ['nodejs_compat'] }) },
  { name: 'workerd, slim', ...none, caches: ['cacheApi', 'workersKv'], run: runInWorkerd({ flags: [], slim: true }) },
  { name: 'edge-runtime', ...none, caches: [], run: runInEdgeRuntime },
  { name: 'Chromium', ...none, caches: ['cacheApi'], run: runInBrowser('chrome', servePackage) },
  { name: 'Firefox', ...none, caches: ['cacheApi'], run: runInBrowser('firefox', servePackage) },
  { name: 'Chromium, esbuild', ...none, caches: ['cacheApi'], run: runInBrowser('chrome', bundleWith('esbuild', 'browser')) },
  { name: 'Chromium, Vite', ...none, caches: ['cacheApi'], run: runInBrowser('chrome', bundleWith('vite', 'browser')) },
  { name: 'Chromium, Vite dev', ...none, caches: ['cacheApi'], run: runInBrowser('chrome', serveWithVite) },
  { name: 'Chromium, webpack', ...none, caches: ['cacheApi'], run: runInBrowser('chrome', bundleWith('webpack', 'browser')) },
];
