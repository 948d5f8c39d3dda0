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
 * @property {('host' | 'webcrypto' | 'wasm')[]} providers of cryptography, with each of which the suite is run: all that it has, or in another
 *   version, bundle or configuration of the same runtime its own
 * @property {string[]} defaults the provider of RS256, and the one of RS256 with ES256, if none is chosen
 * @property {boolean} [hasHost] whether it has a synchronous `node:crypto`
 * @property {boolean} hasCurves whether its wasm has ES256, ES384 and EdDSA
 * @property {string[]} caches the adapters of `claimgate/caches` that work there
 * @property {(world: object) => Promise<{ name: string, error?: string }[]>} run
 */

/** @type {Runtime[]} */
export const RUNTIMES = [
  {
    name: `Node ${process.versions.node}`,
    providers: ['host', 'webcrypto', 'wasm'],
    defaults: ['host', 'host'],
    hasHost: true,
    hasCurves: true,
    caches: [],
    run: runProcess(process.execPath),
  },
  {
    name: 'Node, newest',
    providers: ['host'],
    defaults: ['host', 'host'],
    hasHost: true,
    hasCurves: true,
    caches: [],
    run: runProcess(newestNode()),
  },
  {
    name: 'Node, esbuild',
    providers: ['host'],
    defaults: ['host', 'host'],
    hasHost: true,
    hasCurves: true,
    caches: [],
    run: bundleWith('esbuild', 'node'),
  },
  {
    name: 'Deno',
    providers: ['host', 'webcrypto', 'wasm'],
    defaults: ['wasm', 'host'],
    hasHost: true,
    hasCurves: true,
    caches: ['cacheApi', 'denoKv'],
    run: runProcess(programOf('deno'), ['run', '--allow-all', '--unstable-kv']),
  },
  {
    name: 'Bun',
    providers: ['host', 'webcrypto', 'wasm'],
    defaults: ['host', 'host'],
    hasHost: true,
    hasCurves: true,
    caches: [],
    run: runProcess(programOf('bun')),
  },
  {
    name: 'workerd',
    providers: ['webcrypto', 'wasm'],
    defaults: ['webcrypto', 'webcrypto'],
    hasCurves: true,
    caches: ['cacheApi', 'workersKv'],
    run: runInWorkerd({ flags: [] }),
  },
  {
    name: 'workerd, nodejs_compat',
    providers: ['host'],
    defaults: ['host', 'host'],
    hasHost: true,
    hasCurves: true,
    caches: ['cacheApi', 'workersKv'],
    run: runInWorkerd({ flags: ['nodejs_compat'] }),
  },
  {
    name: 'workerd, slim',
    providers: ['webcrypto'],
    defaults: ['webcrypto', 'webcrypto'],
    hasCurves: true,
    caches: ['cacheApi', 'workersKv'],
    run: runInWorkerd({ flags: [], slim: true }),
  },
  {
    name: 'edge-runtime',
    providers: ['webcrypto', 'wasm'],
    defaults: ['webcrypto', 'webcrypto'],
    hasCurves: true,
    caches: [],
    run: runInEdgeRuntime,
  },
  {
    name: 'Chromium',
    providers: ['webcrypto', 'wasm'],
    defaults: ['webcrypto', 'webcrypto'],
    hasCurves: false,
    caches: ['cacheApi'],
    run: runInBrowser('chrome', servePackage),
  },
  {
    name: 'Firefox',
    providers: ['webcrypto', 'wasm'],
    defaults: ['wasm', 'webcrypto'],
    hasCurves: false,
    caches: ['cacheApi'],
    run: runInBrowser('firefox', servePackage),
  },
  {
    name: 'Chromium, esbuild',
    providers: ['webcrypto'],
    defaults: ['webcrypto', 'webcrypto'],
    hasCurves: false,
    caches: ['cacheApi'],
    run: runInBrowser('chrome', bundleWith('esbuild', 'browser')),
  },
  {
    name: 'Chromium, Vite',
    providers: ['webcrypto'],
    defaults: ['webcrypto', 'webcrypto'],
    hasCurves: false,
    caches: ['cacheApi'],
    run: runInBrowser('chrome', bundleWith('vite', 'browser')),
  },
  {
    name: 'Chromium, Vite dev',
    providers: ['webcrypto'],
    defaults: ['webcrypto', 'webcrypto'],
    hasCurves: false,
    caches: ['cacheApi'],
    run: runInBrowser('chrome', serveWithVite),
  },
  {
    name: 'Chromium, webpack',
    providers: ['webcrypto'],
    defaults: ['webcrypto', 'webcrypto'],
    hasCurves: false,
    caches: ['cacheApi'],
    run: runInBrowser('chrome', bundleWith('webpack', 'browser')),
  },
];
