// Browsers: a page that waits to be told to run.
import { measure } from '../contest.mjs';
import { claimgate } from '../subjects/claimgate.mjs';
import { jose } from '../subjects/jose.mjs';

globalThis.run = (world) => measure(world, { claimgate, jose });
