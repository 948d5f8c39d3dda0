import { text } from 'node:stream/consumers';
import { spawn } from './ending.mjs';

/** Runs a command and returns what it printed; its end in anything but success is an error that shows all of it. */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const ended = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`\`${command} ${args.join(' ')}\` ended with ${code}\n${stdout}${stderr}`);
  return stdout;
}
