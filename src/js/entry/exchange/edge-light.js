// As `../edge-light.js`.
import module from '../../../wasm/exchange_bg.wasm?module';
import { start } from '../../exchange/core.js';

start(module);

export * from '../../exchange/index.js';
