// As `../workerd.js`.
import module from '../../../wasm/exchange_bg.wasm?module';
import { start } from '../../exchange/core.js';
import '../workerd-wait-until.js';

start(module);

export * from '../../exchange/index.js';
