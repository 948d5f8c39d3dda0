// The main job, on real parts: jobs ask for tokens with GitHub's own client and with curl, the example gate verifies them
// in workerd; and a job gets an access token from the example's token service. `--keep` leaves issuer and gate running.
import { readFile } from 'node:fs/promises';
import { startIssuer } from 'claimgate/issuer';
import { runToEnd } from '../lib/ending.mjs';
import { bundle, createProject, serveWorker } from '../lib/worker.mjs';
import { AUDIENCE, CASES } from './cases.mjs';
import { CLIENTS } from './clients.mjs';
import { demoTokenService } from './token-service.mjs';
import { printCase, printSummary, printTrial, printWorld } from './transcript.mjs';

const EXAMPLE = new URL('../../examples/deploy-gate/', import.meta.url);

const isKept = process.argv.includes('--keep');

/** Runs the jobs, and returns how many were not decided as they should be. */
async function demo() {
  // Both say that they are GitHub. What the gate fetches reaches the first, so only that one's keys are known.
  const issuers = { issuer: await startIssuer({ kind: 'github' }), other: await startIssuer({ kind: 'github' }) };
  const project = await createProject({ '.': EXAMPLE });
  const dist = await bundle(project.folder);
  const { compatibility_date: compatibilityDate } = JSON.parse(await readFile(new URL('wrangler.jsonc', EXAMPLE), 'utf8'));
  const gate = await serveWorker(dist, { outbound: new URL(issuers.issuer.url).host, compatibilityDate });
  printWorld({ issuer: issuers.issuer, gate });

  let unexpected = 0;
  for (const [index, expected] of CASES.entries()) {
    const { issuedAgo, ...options } = expected.job;
    const issuedAt = issuedAgo === undefined ? undefined : Math.floor(Date.now() / 1000) - issuedAgo;
    const { env } = issuers[expected.issuer].job({ ...options, issuedAt });
    const answer = await CLIENTS[expected.client](expected, gate.url, env);
    const isExpected = isAsExpected(expected, answer);
    unexpected += isExpected ? 0 : 1;
    printCase(index + 1, expected, answer, sentence(answer), isExpected);
  }
  const service = await demoTokenService();
  unexpected += service.unexpected;
  printSummary(CASES.length + service.steps, unexpected);
  if (isKept) {
    printTrial({ env: issuers.issuer.job().env, gate, audience: AUDIENCE });
    await new Promise(() => {}); // until a signal comes
  }
  return unexpected;
}

function isAsExpected({ status, code, says }, answer) {
  const error = { 401: 'invalid_token', 403: 'insufficient_scope' }[status];
  const challenge = answer.headers.get('www-authenticate') ?? '';
  const isChallenged = error === undefined || challenge.startsWith(`Bearer error="${error}", error_description="`);
  return answer.status === status && answer.body.code === code && says.test(sentence(answer)) && isChallenged;
}

/** What the gate said, in a line. */
function sentence({ status, body }) {
  if (status !== 200) return String(body.detail);
  const { deployed, admitted } = body;
  return `${deployed.repository} deployed to ${deployed.environment}, admitted by ${admitted}`;
}

await runToEnd(async () => ((await demo()) === 0 ? 0 : 1), isKept ? {} : { minutes: 5 });
