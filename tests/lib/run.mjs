import { spawn } from 'node:child_process';

/** Runs a command and returns what it printed; its end in anything but success is an error that shows all of it. */
export async function run(command, args, options = {}) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const text = (stream) => {
    let all = '';
    stream.setEncoding('utf8').on('data', (part) => (all += part));
    return () => all;
  };
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
  if (code !== 0) throw new Error(`\`${command} ${args.join(' ')}\` ended with ${code}\n${stdout()}${stderr()}`);
  return stdout();
}
