// Runs the built Action as GitHub's runner does, and looks through all that it prints.
import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { spawn, temporaryFolder } from './ending.mjs';
import { TARGET } from './target.mjs';

/** In a repository whose own files are modules. */
const { folder: repository } = temporaryFolder();
await cp(join(TARGET, 'action'), repository, { recursive: true });
await writeFile(join(repository, 'package.json'), '{ "type": "module" }');
const ACTION = join(repository, 'index.cjs');
/** The files by which a step tells the runner something. */
const FILES = ['GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_STATE'];
/** All that the runner is ever asked for. */
const COMMANDS = ['add-mask', 'debug', 'error', 'warning'];
const TOKEN = /ey[\w-]{8,}\.[\w-]{8,}/;

/** As if a second were that much shorter. */
const HURRY = ({ wait = 1, timeout = 1 }) => `
  import timers from 'node:timers/promises';
  const { setTimeout } = timers;
  timers.setTimeout = (delay) => setTimeout(delay / ${wait});
  const limit = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (delay) => limit(delay / ${timeout});`;

/**
 * The step itself, or with the `state` that it left its end.
 *
 * @param {object} options
 * @param {Record<string, string>} [options.inputs]
 * @param {{ env: Record<string, string> }} [options.job] of the local issuer; without one it may not ask for an ID token
 * @param {Record<string, string>} [options.state]
 * @param {Record<string, string>} [options.env]
 * @param {{ wait?: number, timeout?: number }} [options.hurry]
 * @param {string} [options.node]
 */
export async function runAction({ inputs = {}, job, state = {}, env = {}, hurry, node = process.execPath }) {
  const { folder, dispose } = temporaryFolder();
  try {
    const files = Object.fromEntries(FILES.map((name) => [name, join(folder, name)]));
    await Promise.all(Object.values(files).map((path) => writeFile(path, '')));
    const given = { url: '', role: '', audience: '', scope: '', ...inputs };
    const variables = {
      PATH: process.env.PATH,
      ...files,
      ...named('INPUT_', given, (name) => name.toUpperCase()),
      ...named('STATE_', state),
      ...job?.env,
      ...env,
    };
    const preload = hurry ? [`--import=data:text/javascript,${encodeURIComponent(HURRY(hurry))}`] : [];
    const child = spawn(node, [...preload, ACTION], { cwd: folder, env: variables, stdio: ['ignore', 'pipe', 'pipe'], timeout: 180_000 });
    const ended = new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
    const lines = stdout.split('\n');
    checkLog(lines, stderr, job);
    const [outputs, exported, saved] = await Promise.all(FILES.map(async (name) => parse(await readFile(files[name], 'utf8'))));
    const masked = lines.filter((line) => line.startsWith('::add-mask::')).map((line) => line.slice('::add-mask::'.length));
    return { code, log: logOf(lines), masked, outputs, exported, state: saved };
  } finally {
    dispose();
  }
}

const named = (prefix, values, change = (name) => name) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${change(name)}`, value]));

/** Whatever happened: no token but to have it masked, and no command but those of the Action itself. */
function checkLog(lines, stderr, job) {
  assert.equal(stderr, '');
  for (const line of lines) {
    const [, command] = /^\s*::([\w-]+)(?: [^:]*)?::/.exec(line) ?? [];
    assert.ok(command === undefined ? !/^\s*::/.test(line) : COMMANDS.includes(command), line);
    const words = command === undefined ? line : line.replace(/^\s*::[\w-]+(?: [^:]*)?::/, '');
    assert.doesNotMatch(words, /::|##\[|[\0-\x1f\x7f-\x9f\u202e]/);
    if (command === 'add-mask') continue;
    assert.doesNotMatch(line, TOKEN);
    if (job) assert.ok(!line.includes(job.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN), line);
  }
}

/** What a person reads: commands as the runner shows them. */
function logOf(lines) {
  const shown = lines.filter((line) => !/^::(add-mask|debug)::/.test(line));
  const decode = (line) => line.replaceAll('%0A', '\n').replaceAll('%0D', '\r').replaceAll('%25', '%');
  return shown.map((line) => decode(line.replace(/^::(error|warning)::/, '$1: '))).join('\n').trim();
}

/** `NAME<<DELIMITER`, the value, and the delimiter again. */
function parse(contents) {
  const entries = contents.matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n\2$/gm);
  return Object.fromEntries([...entries].map(([, name, , value]) => [name, value]));
}
