// workerd compiles modules when a Worker is deployed, and never bytes.
import module from '../../wasm/server_bg.wasm';
import { start } from '../core.js';
import './workerd-wait-until.js';

start(module);

export * from '../index.js';
