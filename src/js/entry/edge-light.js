// Vercel's edge compiles modules when a function is deployed, and never bytes; this is how it wants them imported.
import module from '../../wasm/server_bg.wasm?module';
import { start } from '../core.js';

start(module);

export * from '../index.js';
