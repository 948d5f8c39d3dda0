// Runtimes that are programs: they run `program.mjs`.
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { spawn } from '../../lib/ending.mjs';

const SCRIPT = fileURLToPath(new URL('program.mjs', import.meta.url));

/** Runs the suite in a program; `script` takes the world from its standard input, and prints the results. */
export function runProcess(program, args = [], script = SCRIPT) {
  return async (world) => {
    const child = spawn(program, [...args, script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    child.stdin.end(JSON.stringify(world));
    const [printed, code] = await Promise.all([text(child.stdout), ended]);
    if (code !== 0) throw new Error(`\`${program}\` ended with ${code}\n${printed}`);
    return JSON.parse(printed);
  };
}
