import { serveBundle } from '../../lib/miniflare.mjs';

const source = (slim) => `
${slim ? SLIM : "import * as api from 'claimgate';"}
import { cacheApi, workersKv } from 'claimgate/caches';
import { runSuite } from './suite/index.mjs';

export default {
  async fetch(request, env) {
    const caches = { cacheApi: cacheApi(), workersKv: workersKv(env.KEYS) };
    return Response.json(await runSuite(api, caches, await request.json()));
  },
};
`;

const SLIM = `
import * as api from 'claimgate/slim';
import module from 'claimgate/claimgate.wasm';

api.start(module);
`;

/** Runs the suite in a Worker; with `slim` the Worker brings the module. */
export function runInWorkerd({ flags, slim = false }) {
  return async (world) => {
    const files = { 'worker.mjs': source(slim), suite: new URL('../suite', import.meta.url), 'assert.mjs': new URL('../assert.mjs', import.meta.url) };
    const { url, close } = await serveBundle({ files, flags });
    try {
      return await (await fetch(url, { method: 'POST', body: JSON.stringify(world) })).json();
    } finally {
      await close();
    }
  };
}
