#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { EXIT, fail, print, runCommand } from './command.js';
import { ROOT } from './commands/index.js';
import { findCommand } from './grammar.js';
import { helpLines, unknownCommand } from './help.js';
import { createLayout } from './terminal.js';

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
  const { path, command, rest } = findCommand(ROOT, argv);
  const name = ['claimgate', ...path].join(' ');
  // Its options may be those of the command that was meant.
  const isUnknown = command.commands !== undefined && rest[0] !== undefined && !rest[0].startsWith('-');
  return runCommand(name, command, isUnknown ? [] : rest, async (args) => {
    if (args.has('help')) print(helpLines(path, command, createLayout()));
    else if (args.has('version')) print([await version()]);
    else if (command.load) return (await command.load())(args);
    else throw unknownCommand(path, command, rest[0]);
    return EXIT.ok;
  });
}

/** The version in the package's manifest, which is two folders up once this is packed. */
async function version() {
  return JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')).version;
}
