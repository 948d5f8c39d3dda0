import * as api from 'claimgate';
import { report } from './report.mjs';
import { runSuite } from './suite.mjs';
import { startWorld } from './world.mjs';

const { world, close } = await startWorld();
try {
  report(`node ${process.versions.node}`, await runSuite(api, world));
} finally {
  close();
}
