#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { EXIT, fail, print, runCommand } from './command.js';
import { ROOT } from './commands/index.js';
import { findCommand, optionsOf } from './grammar.js';
import { helpLines, unknownCommand } from './help.js';
import { createLayout } from './terminal.js';
import { WORK } from './work.js';
import { optionError } from '../options.js';

for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    // The reader has seen enough (`| head`). The exit code remains that of the work.
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await main(process.argv.slice(2)).catch((error) => fail('claimgate', error));

/**
 * Runs a command line.
 *
 * @param {readonly string[]} argv
 * @returns {Promise<number>} the exit code
 */
async function main(argv) {
  if (argv.length === 0) {
    for (const line of helpLines([], ROOT, createLayout(process.stderr))) console.error(line);
    return EXIT.usage;
  }
  const { path, command, rest } = withHelpLast(findCommand(ROOT, argv));
  const name = ['claimgate', ...path].join(' ');
  const meant = commandAfterOptions(command, rest);
  const load = WORK[path.join(' ')];
  // The options of an unknown command may be those of the command that was meant.
  return runCommand(name, command, isUnknown(command, rest) || meant !== undefined ? [] : rest, async (args) => {
    if (args.has('help')) print(helpLines(path, command, createLayout()));
    else if (args.has('version')) print([await version()]);
    else if (load) return (await load())(args);
    else if (meant !== undefined) throw optionError(`options follow the command: \`${name} ${meant} [options]\``);
    else throw unknownCommand(path, command, rest[0]);
    return EXIT.ok;
  });
}

/**
 * `--help` before a command asks for the help of that command, as `help` does.
 *
 * @param {ReturnType<typeof findCommand>} found
 * @returns {ReturnType<typeof findCommand>}
 */
function withHelpLast(found) {
  const [option = '', ...words] = found.rest;
  if (!found.command.commands || !['--help', '-h'].includes(option)) return found;
  const { path, command, rest } = findCommand(found.command, words);
  return { path: [...found.path, ...path], command, rest: isUnknown(command, rest) ? rest : [option, ...rest] };
}

/**
 * Whether what follows a command begins with a word, which is not one of its commands.
 *
 * @param {import('./grammar.js').Command} command
 * @param {readonly string[]} rest
 */
function isUnknown({ commands }, [word]) {
  return commands !== undefined && word !== undefined && !word.startsWith('-');
}

/**
 * The command whose options stand before it, as in `claimgate --json inspect`.
 *
 * @param {import('./grammar.js').Command} command
 * @param {readonly string[]} rest
 */
function commandAfterOptions(command, rest) {
  const [first = ''] = rest;
  const isOwn = Object.entries(optionsOf(command)).some(([name, { short }]) => [`--${name}`, `-${short}`].includes(first));
  if (!first.startsWith('-') || isOwn) return undefined;
  return rest.find((word) => Object.hasOwn(command.commands ?? {}, word));
}

/** The version in the package's manifest, which is two folders up once this is packed. */
async function version() {
  return JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
