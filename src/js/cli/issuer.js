import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { parseArguments } from '../issuer/arguments.js';
import { startIssuer } from '../issuer/index.js';
import { ROTATE_PATH } from '../issuer/routes.js';
import { isInputError } from '../refusals.js';
import { EXIT, complain, describe as describeError } from './command.js';
import { quoted } from '../explain/text.js';

/** @typedef {import('../issuer/types.d.ts').Issuer} Issuer */
/** @typedef {import('../issuer/types.d.ts').Job} Job */

const HELP = `usage: claimgate issuer [options] [-- command args…]

GitHub's OIDC provider for development and tests, on 127.0.0.1. It prints what a job needs to ask for tokens and stays
until it is interrupted; with a command, it runs that as the job, and exits with its exit code.

the issuer
  --port N                 the port; a free one unless given
  --kind KIND              loopback (iss is where it is served; the default), github, ghes or ghe.com
  --enterprise [SLUG]      github: the enterprise with its own issuer; ghe.com: without a slug
  --host HOST              ghes: the host name of the server
  --subdomain NAME         ghe.com: the subdomain of the enterprise
  --json                   print one line of JSON: url, issuer, env

the job: the sample of GitHub's documentation, except for
  --repository OWNER/REPO  and in the same way every claim of GitHub's: --repository-id, --ref, --actor,
                           --job-workflow-ref …; what follows from a claim follows, unless it is given too
  --event NAME             short for --event-name; a pull_request has its own ref and no environment
  --environment NAME       or --no-environment
  --claim NAME=VALUE       any claim, for instance a custom property (repo_property_team=edge)
  --immutable              a \`sub\` with ids: repo:OWNER@ID/REPO@ID
  --subject-template KEYS  a customised \`sub\`: repo,context,job_workflow_ref
  --issued-at TIME         \`iat\`: seconds since 1970, or relative to now: -3600, +60
  --lifetime SECONDS       from \`iat\` to \`exp\`; 300 unless given

SIGHUP changes the signing key and keeps the old one published; so does a POST to ${ROTATE_PATH} with the bearer token
of the job, which with ?keep-old=false withdraws the old one.`;

/**
 * Runs `claimgate issuer`.
 *
 * @param {readonly string[]} argv what follows the name of the command
 * @returns {Promise<number>} the exit code: 2 for options that are wrong or cannot be honoured
 */
export async function runIssuer(argv) {
  try {
    const { help, json, command, warnings, issuer: issuerOptions, job: jobOptions } = parseArguments(argv);
    if (help) {
      console.log(HELP);
      return 0;
    }
    const issuer = await startIssuer(issuerOptions);
    try {
      const job = issuer.job(jobOptions);
      for (const warning of warnings) complain(`claimgate issuer: warning: ${warning}`);
      return await (command ? runCommand(command, job) : serve(issuer, job, json ? describeAsJson : describe));
    } finally {
      await issuer.close();
    }
  } catch (error) {
    if (!isInputError(error)) throw error;
    complain(`claimgate issuer: ${describeError(error)}`);
    return EXIT.usage;
  }
}

/**
 * Serves until told to stop.
 *
 * @param {Issuer} issuer
 * @param {Job} job
 * @param {(issuer: Issuer, job: Job) => string} describe
 */
async function serve(issuer, job, describe) {
  const rotate = async () => console.error(`claimgate issuer: signs with key ${(await issuer.rotate()).kid} now`);
  process.on('SIGHUP', rotate);
  const stopped = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  console.log(describe(issuer, job)); // last, for whoever sends a signal as soon as this can be read
  await stopped;
  process.off('SIGHUP', rotate);
  return 0;
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
curl -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=https://deploy.example.com"

# change the signing key; ?keep-old=false withdraws the old one
curl -X POST -H "Authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" ${url}${ROTATE_PATH}`;
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
function runCommand([program, ...args], { env }) {
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
