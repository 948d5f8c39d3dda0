import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { startIssuer } from '../issuer/node.js';
import { ROTATE_PATH } from '../issuer/routes.js';
import { quoted } from '../explain/text.js';
import { optionError } from '../options.js';
import { EXIT, complain, print } from './command.js';
import { readOptions } from './issuer-options.js';

/** @typedef {import('../issuer/types.d.ts').RunningIssuer} Issuer */
/** @typedef {import('../issuer/types.d.ts').Job} Job */

/**
 * Runs `claimgate issuer`.
 *
 * @type {import('./grammar.js').Work}
 */
export async function runIssuer(args) {
  if (args.has('json') && args.program) throw optionError('give `--json` or a command after `--`, but not both');
  const { issuer: issuerOptions, job: jobOptions, warnings } = readOptions(args);
  const issuer = await startIssuer(issuerOptions);
  try {
    const job = issuer.job(jobOptions);
    for (const warning of warnings) complain(`claimgate issuer: warning: ${warning}`);
    const [program, ...rest] = args.program ?? [];
    if (program !== undefined) return await runAsJob([program, ...rest], job);
    return await serve(issuer, job, args.has('json') ? describeAsJson : describe);
  } finally {
    await issuer.close();
  }
}

/**
 * Serves until it is interrupted.
 *
 * @param {Issuer} issuer
 * @param {Job} job
 * @param {(issuer: Issuer, job: Job) => string} describe
 */
async function serve(issuer, job, describe) {
  const rotate = async () => complain(`claimgate issuer: signs with key ${(await issuer.rotate()).kid} now`);
  process.on('SIGHUP', rotate);
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  print([describe(issuer, job)]); // last: a signal may come as soon as this can be read
  await stopped;
  process.off('SIGHUP', rotate);
  return EXIT.ok;
}

/**
 * What people need: to read, and to paste. A shell takes the lines for people as comments.
 *
 * @param {Issuer} issuer
 * @param {Job} job
 */
function describe({ url, issuer }, { env }) {
  const { pathname } = new URL(issuer);
  const served = issuer === url ? '' : `# served at   ${url}\n`;
  return `# issuer      ${issuer}
${served}# discovery   ${url}${pathname === '/' ? '' : pathname}/.well-known/openid-configuration

${Object.entries(env).map(([name, value]) => `export ${name}='${value}'`).join('\n')}

# ask for a token
curl -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\
  "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=https://deploy.example.com"

# change the signing key; ?keep-old=false withdraws the old one
curl -X POST -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" \\
  ${url}${ROTATE_PATH}`;
}

/**
 * @param {Issuer} issuer
 * @param {Job} job
 */
function describeAsJson({ url, issuer }, { env }) {
  return JSON.stringify({ url, issuer, env });
}

/**
 * Runs a command as the job. Signals go on to the command, which decides what they mean.
 *
 * @param {readonly [string, ...string[]]} command
 * @param {Job} job
 * @returns {Promise<number>} its exit code; as in a shell, 128 + n for signal n, 127 if there is no such command, 126
 *   if it cannot be run
 */
function runAsJob([program, ...args], { env }) {
  return new Promise((resolve) => {
    /** @type {NodeJS.Signals[]} */
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    /** @param {NodeJS.Signals} signal */
    const forward = (signal) => {
      // A terminal interrupts the command by itself: twice would mean "at once" to many programs.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    };
    /** @param {number} code */
    const finish = (code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(code);
    };
    /** @param {NodeJS.ErrnoException} error */
    const fail = (error) => {
      const missing = error.code === 'ENOENT';
      const message = `${missing ? 'no such command' : `${error.code}: cannot run`} ${quoted(program)}`;
      complain(`claimgate issuer: ${message}`);
      finish(missing ? 127 : 126);
    };
    for (const signal of signals) process.on(signal, forward);
    /** @type {import('node:child_process').ChildProcess} */
    let child;
    try {
      child = spawn(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
    } catch (error) {
      return fail(/** @type {NodeJS.ErrnoException} */ (error)); // such as a name that is too long
    }
    child.once('exit', (code, signal) => finish(signal ? 128 + constants.signals[signal] : (code ?? 1)));
    child.once('error', fail);
  });
}
