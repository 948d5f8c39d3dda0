import { serveBundle } from '../../lib/miniflare.mjs';

const WORKER = `
import * as api from 'claimgate';
import { cacheApi, workersKv } from 'claimgate/caches';
import { runSuite } from './suite/index.mjs';

export default {
  async fetch(request, env) {
    const caches = { cacheApi: cacheApi(), workersKv: workersKv(env.KEYS) };
    return Response.json(await runSuite(api, caches, await request.json()));
  },
};
`;

/** Runs the suite in a Worker. */
export function runInWorkerd({ flags }) {
  return async (world) => {
    const files = { 'worker.mjs': WORKER, suite: new URL('../suite', import.meta.url), 'assert.mjs': new URL('../assert.mjs', import.meta.url) };
    const { url, close } = await serveBundle({ files, flags });
    try {
      return await (await fetch(url, { method: 'POST', body: JSON.stringify(world) })).json();
    } finally {
      await close();
    }
  };
}
