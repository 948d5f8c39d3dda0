import * as api from 'claimgate';
import { cacheApi, denoKv } from 'claimgate/caches';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { runSuite } from '../suite/index.mjs';

const world = JSON.parse(await text(process.stdin));
const caches = {};
if ('caches' in globalThis) caches.cacheApi = cacheApi();
if (globalThis.Deno?.openKv) caches.denoKv = denoKv(await Deno.openKv(':memory:'));
const results = await runSuite(api, caches, world);
process.stdout.write(JSON.stringify(results), () => process.exit());
