// The npm package, unchanged. Its module is fetched beside this one, and not after it.
import { start } from '../claimgate/js/entry/slim.js';
import { byId } from './page/dom.js';

try {
  const response = await fetch('claimgate.wasm');
  start(await WebAssembly.compile(await response.arrayBuffer()));
} catch (error) {
  // Nothing else of the page will run.
  byId('failed').hidden = false;
  byId('app').hidden = true;
  throw error;
}

export * from '../claimgate/js/index.js';
