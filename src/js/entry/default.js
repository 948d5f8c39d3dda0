// Everywhere else the module is a part of the JavaScript: no file to find, nothing to fetch or to await, and no bundler that has
// to know what wasm is.
import { start } from '../core.js';
import { inlineModule } from '../inline.js';

start(inlineModule());

export * from '../index.js';
