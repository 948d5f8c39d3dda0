// As `../edge-light.js`, and the same in workerd.
import module from '../../../wasm/inspect_bg.wasm?module';
import { start } from '../../inspect/core.js';

start(() => module);

export * from '../../inspect/index.js';
