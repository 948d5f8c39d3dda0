#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { didYouMean } from '../options.js';
import { quoted } from '../explain/text.js';
import { EXIT, complain, fail } from './command.js';

/** Each command: what it is for, and how to run it. It is loaded only when it is called; it resolves to the exit code. */
const COMMANDS = Object.freeze({
  inspect: {
    summary: 'what a token says, and what that means',
    /** @param {readonly string[]} argv */
    run: async (argv) => (await import('./inspect.js')).runInspect(argv),
  },
  verify: {
    summary: 'whether a token is genuine, and what a policy says of it',
    /** @param {readonly string[]} argv */
    run: async (argv) => (await import('./verify.js')).runVerify(argv),
  },
  policy: {
    summary: 'check a policy, or explain what it says of a token',
    /** @param {readonly string[]} argv */
    run: async (argv) => (await import('./policy.js')).runPolicy(argv),
  },
  issuer: {
    summary: "GitHub's OIDC provider, for development and tests",
    /** @param {readonly string[]} argv */
    run: async (argv) => (await import('./issuer.js')).runIssuer(argv),
  },
  keys: {
    summary: 'the keys that sign access tokens: make them, rotate them, show their public part',
    /** @param {readonly string[]} argv */
    run: async (argv) => (await import('./keys.js')).runKeys(argv),
  },
});

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    // Whoever reads has seen enough (`| head`). The exit code remains that of the work.
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv.slice(2)).catch((error) => fail('claimgate', error));

/**
 * Runs a command line.
 *
 * @param {readonly string[]} argv
 * @returns {Promise<number>} the exit code: 2 for a command line that is wrong
 */
async function main([name, ...rest]) {
  if (name === '--version') {
    console.log(await version());
    return 0;
  }
  if (name === '--help' || name === '-h' || name === 'help') {
    console.log(help());
    return 0;
  }
  if (name === undefined || !Object.hasOwn(COMMANDS, name)) {
    complain(`claimgate: ${name === undefined ? 'which command? try `claimgate --help`' : unknown(name)}`);
    return EXIT.usage;
  }
  return COMMANDS[/** @type {keyof typeof COMMANDS} */ (name)].run(rest);
}

/** @param {string} name */
function unknown(name) {
  if (/^ey[\w-]+\./.test(name)) return 'a token, but no command; try `claimgate inspect TOKEN`';
  return `unknown ${name.startsWith('-') ? 'option' : 'command'} ${quoted(name)}${didYouMean(name, Object.keys(COMMANDS)) || '; try `claimgate --help`'}`;
}

function help() {
  return `usage: claimgate <command> [options]

${Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`).join('\n')}

  --help      this text; \`claimgate <command> --help\` tells about a command
  --version   the version`;
}

/** The version in the package's manifest, which is two folders up once this is packed. */
async function version() {
  return JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
