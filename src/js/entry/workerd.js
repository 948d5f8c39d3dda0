// workerd compiles modules when a Worker is deployed, and never bytes. wrangler does without `?module`. Nitro needs it: without it, it imports
// an instance, and looks for what that imports.
import module from '../../wasm/server_bg.wasm?module';
import { start } from '../core.js';
import './workerd-wait-until.js';

start(module);

export * from '../index.js';
