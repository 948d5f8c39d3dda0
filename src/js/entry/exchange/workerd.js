// As `../workerd.js`.
import module from '../../../wasm/exchange_bg.wasm';
import { start } from '../../exchange/core.js';

start(module);

export * from '../../exchange/index.js';
