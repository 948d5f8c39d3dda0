// A job runs in a process of its own, with what GitHub's runner puts into its environment.
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { spawn } from '../lib/ending.mjs';

/** What asks for a token and for a deployment; each resolves to the gate's `status`, `headers` and `body`. */
export const CLIENTS = {
  actions: async ({ audience, edit }, gate, env) => {
    const args = Object.entries({ gate, audience, edit }).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
    const { headers, ...answer } = JSON.parse(await startJob(process.execPath, ['job.mjs', ...args], env, 3));
    return { ...answer, headers: new Headers(headers) };
  },
  curl: async ({ audience }, gate, env) => {
    const [head, body] = (await startJob('sh', ['job.sh', gate, audience], env, 1)).split('\r\n\r\n');
    const [statusLine, ...lines] = head.split('\r\n');
    const headers = new Headers(lines.map((line) => line.split(/: (.*)/, 2)));
    return { status: Number(statusLine.split(' ')[1]), headers, body: JSON.parse(body) };
  },
};

/** Runs a job, and resolves to what it wrote to the channel: 1 is standard output. */
async function startJob(command, args, env, channel) {
  const child = spawn(command, args, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    // No proxy leads to this machine's own loopback.
    env: { ...process.env, NO_PROXY: '127.0.0.1', no_proxy: '127.0.0.1', ...env },
    stdio: ['ignore', channel === 1 ? 'pipe' : 'ignore', 'inherit', channel === 3 ? 'pipe' : 'ignore'],
  });
  const [output, [code]] = await Promise.all([text(child.stdio[channel]), once(child, 'close')]);
  if (code !== 0) throw new Error(`the job \`${command} ${args.join(' ')}\` ended with ${code}`);
  return output;
}
