// Runs the command of the installed package as a shell would.
import { realpath, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { spawn, temporaryFolder } from '../lib/ending.mjs';
import { SAMPLE, jwks, signToken } from '../lib/tokens.mjs';

const BIN = await realpath(fileURLToPath(new URL('../node_modules/.bin/claimgate', import.meta.url)));

export const AUDIENCE = 'https://deploy.example.com';
export const GITHUB = 'https://token.actions.githubusercontent.com';

/**
 * Starts it.
 *
 * @param {string[]} args
 * @param {{ stdin?: string, env?: object }} [options]
 */
export async function claimgate(args, { stdin = '', env = {} } = {}) {
  const { NO_COLOR, FORCE_COLOR, ...rest } = process.env;
  const child = spawn(process.execPath, [BIN, ...args], { env: { ...rest, ...env } });
  child.stdin.on('error', () => {}); // it may end before it has read all
  child.stdin.end(stdin);
  const ended = new Promise((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, stdout, stderr };
}

/** The same with `--json`, whose output is one line. */
export async function claimgateJson(args, options) {
  const { code, stdout, stderr } = await claimgate([...args, '--json'], options);
  if (!/^[^\n]+\n$/.test(stdout)) throw new Error(`not one line: ${JSON.stringify({ code, stdout, stderr })}`);
  return { code, stderr, ...JSON.parse(stdout) };
}

const now = Math.floor(Date.now() / 1000);
const FRESH = { ...SAMPLE, aud: AUDIENCE, iat: now, nbf: now - 300, exp: now + 300 };

/** A token of the sample's job that is valid now, with some claims changed. */
export const token = (changes = {}, options) => signToken({ ...FRESH, ...changes }, options);

/** A policy that admits the sample's job. */
export const POLICY = {
  version: 1,
  audience: AUDIENCE,
  issuers: { github: { kind: 'github' }, ghes: { kind: 'ghes', host: 'github.example.com' } },
  roles: {
    deploy: {
      issuer: 'github',
      allow: [
        { repository_id: '75', environment: 'staging' },
        { repository_id: '74', environment: 'prod', ref: { glob: 'refs/heads/*' } },
      ],
      deny: [{ event_name: ['pull_request_target', 'workflow_run'] }],
      grant: { audience: 'https://api.example.com', scope: ['deploy:write'] },
    },
  },
};

/** Writes files into a folder that goes with the test; returns their paths. */
export async function files(t, contents = {}) {
  const { folder, dispose } = temporaryFolder();
  t.after(dispose);
  const all = { policy: POLICY, keys: jwks('rsa'), ...contents };
  const paths = { folder };
  for (const [name, content] of Object.entries(all)) {
    paths[name] = join(folder, `${name}.json`);
    await writeFile(paths[name], typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }
  return paths;
}
