// The main job, on real parts: jobs ask for tokens with GitHub's own client and with curl, the example gate verifies them
// in workerd. `--keep` leaves issuer and gate running.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { startIssuer } from 'claimgate/issuer';
import { bundle, createProject, serveWorker } from '../lib/worker.mjs';
import { AUDIENCE, CASES } from './cases.mjs';
import { printCase, printSummary, printTrial, printWorld } from './transcript.mjs';

const EXAMPLE = new URL('../../examples/deploy-gate/', import.meta.url);
const ISSUED_AGO_LIFETIME = 300;

const keep = process.argv.includes('--keep');
const closing = [];
async function demo() {
  // Both say that they are GitHub. What the gate fetches reaches the first, so only that one's keys are known.
  const issuers = { issuer: await startIssuer({ kind: 'github' }), other: await startIssuer({ kind: 'github' }) };
  closing.push(...Object.values(issuers).map(({ close }) => close));
  const project = await createProject({ '.': EXAMPLE });
  closing.push(project.dispose);
  const dist = await bundle(project.folder);
  const { compatibility_date: compatibilityDate } = JSON.parse(await readFile(new URL('wrangler.jsonc', EXAMPLE), 'utf8'));
  const gate = await serveWorker(dist, { outbound: new URL(issuers.issuer.url).host, compatibilityDate });
  closing.push(gate.stop);
  printWorld({ issuer: issuers.issuer, gate });

  let unexpected = 0;
  for (const [index, expected] of CASES.entries()) {
    const { issuedAgo, ...options } = expected.job;
    if (issuedAgo !== undefined) {
      Object.assign(options, { issuedAt: Math.floor(Date.now() / 1000) - issuedAgo, lifetime: ISSUED_AGO_LIFETIME });
    }
    const { env } = issuers[expected.issuer].job(options);
    const answer = await CLIENTS[expected.client](expected, gate.url, env);
    const isExpected =
      answer.status === expected.status && answer.body.code === expected.code && expected.says.test(sentence(answer));
    unexpected += isExpected ? 0 : 1;
    printCase(index + 1, expected, answer, sentence(answer), isExpected);
  }
  printSummary(CASES.length, unexpected);
  if (keep) {
    printTrial({ env: issuers.issuer.job().env, gate, audience: AUDIENCE });
    await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  }
  return unexpected === 0 ? 0 : 1;
}

/** What the gate said, in a line. */
function sentence({ status, body }) {
  if (status !== 200) return body.detail;
  const { deployed, admitted } = body;
  return `${deployed.repository} deployed to ${deployed.environment}, admitted by ${admitted}`;
}

/** A job runs in a process of its own, with what GitHub's runner puts into its environment. */
const CLIENTS = {
  actions: async ({ audience, edit }, gate, env) => {
    const args = Object.entries({ gate, audience, edit }).flatMap(([name, value]) => (value ? [`--${name}`, value] : []));
    return JSON.parse(await startJob(process.execPath, ['job.mjs', ...args], env, 3));
  },
  curl: async ({ audience }, gate, env) => {
    const [head, body] = (await startJob('sh', ['job.sh', gate, audience], env, 1)).split('\r\n\r\n');
    const [statusLine, ...headers] = head.split('\r\n');
    return {
      status: Number(statusLine.split(' ')[1]),
      headers: [...new Headers(headers.map((line) => line.split(/: (.*)/, 2)))],
      body: JSON.parse(body),
    };
  },
};

async function startJob(command, args, env, channel) {
  const child = spawn(command, args, {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    env: { ...process.env, ...env },
    stdio: ['ignore', channel === 1 ? 'pipe' : 'ignore', 'inherit', channel === 3 ? 'pipe' : 'ignore'],
  });
  const [output, [code]] = await Promise.all([text(child.stdio[channel]), once(child, 'close')]);
  if (code !== 0) throw new Error(`the job \`${command} ${args.join(' ')}\` ended with ${code}`);
  return output;
}

try {
  process.exitCode = await demo();
} finally {
  for (const close of closing.reverse()) await close();
}
