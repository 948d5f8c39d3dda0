// As `../workerd.js`.
import module from '../../../wasm/github_bg.wasm?module';
import { start } from '../../core.js';
import '../workerd-wait-until.js';

start(module);

export * from '../../index.js';
