// The end of the demo: a job gets an access token from the example's token service, by the Action, and uses it in place of a
// stored secret.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '@hono/node-server';
import { startIssuer } from 'claimgate/issuer';
import { runAction } from '../lib/action.mjs';
import { copyExamples, freePort } from '../lib/examples.mjs';
import { run } from '../lib/run.mjs';
import { startTokenWorker } from '../lib/token-service.mjs';
import { printService, printStep } from './transcript.mjs';

const CLAIMGATE = fileURLToPath(new URL('../node_modules/claimgate/js/cli/main.js', import.meta.url));
const AUDIENCE = 'https://tokens.example.com';
const ROLE = 'deploy-production';

/** Runs it, and returns how many steps there were, and how many did not end as they should. */
export async function demoTokenService() {
  const issuer = await startIssuer();
  const { folder } = await copyExamples(issuer, 'token-service');
  const signingKeys = await run(process.execPath, [CLAIMGATE, 'keys', 'new']);
  const secret = randomBytes(24).toString('base64url');
  const lines = [];
  const worker = await startTokenWorker({
    folder,
    env: (port) => ({ ISSUER: `http://127.0.0.1:${port}`, SIGNING_KEYS: signingKeys, API_SECRET: secret }),
    print: (data) => lines.push(...String(data).split('\n').filter((line) => line.startsWith('{'))),
  });
  const service = worker.url.slice(0, -1);
  const api = await startApi(folder, { issuer: service, audience: 'https://api.example.com', secret });
  printService({ service: worker.url, api: api.url });

  const results = [];
  const step = (title, isExpected, says) => {
    printStep(results.push(isExpected), title, isExpected, says);
  };
  const inputs = { url: service, role: ROLE, audience: AUDIENCE };

  const refused = await runAction({ inputs, job: issuer.job({ claims: { environment: 'staging' } }) });
  step('a job of another environment asks for an access token', refused.code === 1 && refused.log.includes('no_rule_matches') && refused.log.includes('`environment`'), refused.log);

  const job = await runAction({ inputs, job: issuer.job() });
  const { token } = job.outputs;
  step('the job of production asks for one', job.code === 0 && token !== undefined, job.log);

  const accepted = await api.call(token);
  step('it deploys with it, by an API that knows `jose` and nothing of Claimgate', accepted.status === 200, accepted.text);

  const ended = await runAction({ inputs, state: job.state });
  step('the job ends', ended.code === 0, ended.log);

  const late = await api.call(token);
  step('whoever has kept the access token tries it', late.status === 401, late.text);

  const audit = lines.map((line) => JSON.parse(line)).map(({ event, verdict, code, job }) => [event, verdict, code, job?.run_id && `run ${job.run_id}`].filter(Boolean).join(' '));
  step('the audit log has it all', audit.length === 3, audit.join('\n'));
  return { steps: results.length, unexpected: results.filter((isExpected) => !isExpected).length };
}

/** The example's API, on a port of its own. */
async function startApi(folder, options) {
  const { createApi } = await import(join(folder, 'api.js'));
  const port = await freePort();
  serve({ fetch: createApi(options), hostname: '127.0.0.1', port });
  const url = `http://127.0.0.1:${port}/deployments`;
  const call = async (token) => {
    const response = await fetch(url, { method: 'POST', headers: { authorization: `Bearer ${token}`, connection: 'close' } });
    const body = await response.text();
    return { status: response.status, text: `${response.status} ${response.headers.get('www-authenticate') ?? ''} ${body}`.replace(/ +/g, ' ') };
  };
  return { url, call };
}
