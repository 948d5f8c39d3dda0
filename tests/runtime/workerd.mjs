import { readFile } from 'node:fs/promises';
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
const source = (name) => readFile(new URL(name, import.meta.url));

const { world, close } = await startWorld();
try {
  const project = await createProject({
    'wrangler.jsonc': JSON.stringify({ name: 'suite', main: 'worker.mjs', compatibility_date: compatibilityDate }),
    'worker.mjs': WORKER,
    'suite.mjs': await source('suite.mjs'),
    'assert.mjs': await source('assert.mjs'),
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
