// As `../edge-light.js`.
import module from '../../../wasm/github_bg.wasm?module';
import { start } from '../../core.js';

start(module);

export * from '../../index.js';
