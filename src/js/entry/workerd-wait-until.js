// workerd's own `waitUntil`, which needs no context. Without it a request that is cancelled takes along the fetch of keys that it began.
//
// No bundler may follow this import: others than wrangler do not know the module, and a Worker in the format of service workers, or an
// old workerd, does not have it. The name is put together because bundlers replace a constant by its value.
import { setAmbientWaitUntil } from '../context.js';

const name = ['cloudflare', 'workers'].join(':');

import(/* webpackIgnore: true */ /* turbopackIgnore: true */ /* @vite-ignore */ name).then(
  ({ waitUntil }) => {
    if (typeof waitUntil !== 'function') return;
    setAmbientWaitUntil((work) => {
      try {
        waitUntil(work);
      } catch {
        // Outside of a request there is nothing to keep alive.
      }
    });
  },
  () => {}, // Requests that wait for another one's fetch start their own after a while.
);
