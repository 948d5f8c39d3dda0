import { readFileSync } from 'node:fs';
import { start } from './core.js';

start(new WebAssembly.Module(readFileSync(new URL('../wasm/claimgate_bg.wasm', import.meta.url))));

export * from './index.js';
