import { bundle, createProject, serveWorker } from '../lib/worker.mjs';
import { report } from './report.mjs';
import { startWorld } from './world.mjs';

const compatibilityDate = '2026-04-01';
const WORKER = `
import * as api from 'claimgate';
import { runSuite } from './suite.mjs';

export default {
  fetch: async (request) => Response.json(await runSuite(api, await request.json())),
};
`;

const { world, close } = await startWorld();
try {
  const project = await createProject({
    'wrangler.jsonc': JSON.stringify({ name: 'suite', main: 'worker.mjs', compatibility_date: compatibilityDate }),
    'worker.mjs': WORKER,
    'suite.mjs': new URL('suite.mjs', import.meta.url),
    'assert.mjs': new URL('assert.mjs', import.meta.url),
  });
  try {
    const dist = await bundle(project.folder);
    const worker = await serveWorker(dist, { outbound: new URL(world.issuers.sound).host, compatibilityDate });
    try {
      const response = await fetch(worker.url, { method: 'POST', body: JSON.stringify(world) });
      report('workerd', await response.json());
    } finally {
      await worker.stop();
    }
  } finally {
    await project.dispose();
  }
} finally {
  close();
}
