// The examples as their users have them: a project of their own, whose packages are those that are installed beside the tests,
// the tarball among them.
import { cp, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn, temporaryFolder } from './ending.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A copy of a folder of examples, whose policy trusts a local issuer; `dispose` removes it. */
export async function copyExamples(issuer, name = 'middleware') {
  // Below `tests`, so that Node, the bundlers and Next.js find the packages in its `node_modules`.
  const { folder, dispose } = temporaryFolder(join(ROOT, 'tests/.example-'));
  await cp(join(ROOT, 'examples', name), folder, { recursive: true });
  const policy = JSON.parse(await readFile(join(folder, 'policy.json')));
  policy.issuers.github = { kind: 'loopback', port: Number(new URL(issuer.url).port) };
  await writeFile(join(folder, 'policy.json'), JSON.stringify(policy));
  return { folder, dispose };
}

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

/**
 * Starts a server on a free port, and waits until it answers.
 *
 * @param {string} program
 * @param {string[]} args in which `PORT` is the port
 * @param {{ cwd: string, env?: Record<string, string> | ((port: number) => Record<string, string>) }} options
 * @returns `stop` ends it at once; `end` asks it to end, and resolves with its exit code; `printed` is all that it printed
 */
export async function startServer(program, args, { cwd, env = {} }) {
  const port = await freePort();
  const given = typeof env === 'function' ? env(port) : env;
  const child = spawn(program, args.map((arg) => arg.replace('PORT', port)), { cwd, env: { ...process.env, PORT: String(port), ...given }, stdio: ['ignore', 'pipe', 'pipe'] });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (printed += data));
  let isOver = false;
  const ended = new Promise((resolve) => child.once('error', (error) => resolve((printed += error))).once('close', resolve)).then(() => (isOver = true));
  const stop = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const end = async () => {
    child.kill('SIGTERM');
    await ended;
    return child.exitCode;
  };
  const url = `http://127.0.0.1:${port}/`;
  for (let waited = 0; ; waited += 50) {
    if (isOver || waited > 60_000) {
      await stop();
      throw new Error(`\`${program} ${args.join(' ')}\` does not answer\n${printed}`);
    }
    if (await fetch(url, { method: 'POST' }).then(() => true, () => false)) return { url, stop, end, printed: () => printed };
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
