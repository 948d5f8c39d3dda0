// Where it is measured, each by the name that the command line knows.
import { programOf } from '../../../tests/lib/programs.mjs';
import { inBrowser } from './browser.mjs';
import { inRust } from './native.mjs';
import { inProcess } from './process.mjs';
import { sizes } from './size.mjs';
import { inWorkerd } from './workerd.mjs';

/**
 * `run` returns `{ version, rows, notes }`; a row has a `name` and `times`, what each contestant takes: microseconds, or bytes
 * for size and memory. A row with `less` is one of differences, to the contestant of that name.
 */
export const RUNTIMES = {
  node: { name: 'Node', run: inProcess({ program: process.execPath, hasMemory: true }) },
  deno: { name: 'Deno', run: inProcess({ program: programOf('deno'), args: ['run', '--allow-all'] }) },
  bun: { name: 'Bun', run: inProcess({ program: programOf('bun') }) },
  workerd: { name: 'workerd', run: inWorkerd(['nodejs_compat']) },
  'workerd-without-node': { name: 'workerd without node', run: inWorkerd([]) },
  chromium: { name: 'Chromium', run: inBrowser('chrome') },
  firefox: { name: 'Firefox', run: inBrowser('firefox') },
  native: { name: 'native', run: inRust },
  size: { name: 'browser bundle', run: sizes },
};
