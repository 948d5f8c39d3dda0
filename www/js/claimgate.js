// The npm package, unchanged. The page fetches its module by itself, because that arrives while the rest is still being read.
import { ClaimgateError, start } from '../claimgate/js/entry/slim.js';

const response = await fetch(new URL('../claimgate/wasm/claimgate_bg.wasm', import.meta.url));
start(await WebAssembly.compile(await response.arrayBuffer()));

export * from '../claimgate/js/index.js';

/**
 * Whether something was refused, by the core or by the JavaScript around it; anything else is a mistake of this page.
 *
 * @param {unknown} error
 * @returns {error is import('../claimgate/js/types.d.ts').ClaimgateError}
 */
export const isRefusal = (error) => error instanceof ClaimgateError;
