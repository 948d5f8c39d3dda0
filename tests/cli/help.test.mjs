// Help: of every command, within the width of a terminal.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROOT } from '../node_modules/claimgate/js/cli/commands/index.js';
import { helpLines } from '../node_modules/claimgate/js/cli/help.js';
import { createLayout } from '../node_modules/claimgate/js/cli/terminal.js';
import { claimgate } from './claimgate.mjs';

/** Every command with its path, from the grammar. */
const commandsOf = (command, path = []) => [
  { path, command },
  ...Object.entries(command.commands ?? {}).flatMap(([name, inner]) => commandsOf(inner, [...path, name])),
];

/** All that the grammar says about a command. */
const textsOf = ({ usage, about = [], notes = [], lists = {}, exits = {}, options = {}, commands = {} }) => [
  ...usage,
  ...about,
  ...notes,
  ...Object.values(exits),
  ...Object.values(lists).flatMap((rows) => Object.values(rows)),
  ...Object.values(options).flatMap((group) => Object.values(group).flatMap(({ help }) => help ?? [])),
  ...Object.values(commands).map(({ summary }) => summary),
];

const COMMANDS = commandsOf(ROOT);
const inOneLine = (text) => text.replace(/\s+/g, ' ');

// Row E11.
test('the help of every command fits into 80 columns, with no word cut', async () => {
  assert.ok(COMMANDS.length >= 12);
  for (const { path, command } of COMMANDS) {
    const { code, stdout, stderr } = await claimgate([...path, '--help']);
    assert.deepEqual([code, stderr], [0, '']);
    assert.ok(stdout.startsWith(`usage:  ${['claimgate', ...path].join(' ')}`), stdout);
    for (const line of stdout.split('\n')) assert.ok([...line].length <= 80, line);
    for (const text of textsOf(command)) assert.ok(inOneLine(stdout).includes(inOneLine(text)), `${path.join(' ')}: ${text}`);
  }
});

test('`help COMMAND`, `--help` and `-h` print the same', async () => {
  for (const path of [[], ['verify'], ['policy'], ['policy', 'check']]) {
    const { stdout } = await claimgate([...path, '--help']);
    for (const args of [['help', ...path], [...path, '-h'], ['--help', ...path], ['-h', ...path]]) assert.deepEqual(await claimgate(args), { code: 0, stdout, stderr: '' });
  }
  const { stdout: ofCheck } = await claimgate(['policy', 'check', '--help']);
  assert.equal((await claimgate(['policy', '--help', 'check'])).stdout, ofCheck);
  // Without any word the help goes to standard error: nothing was done.
  const { stdout: ofAll } = await claimgate(['--help']);
  assert.deepEqual(await claimgate([]), { code: 2, stdout: '', stderr: ofAll });
  const { stdout } = await claimgate(['--version']);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal((await claimgate(['-v'])).stdout, stdout);
});

test('help is wrapped at the width of the terminal', () => {
  for (const columns of [50, 100]) {
    const layout = createLayout({ isTTY: true, columns }, { NO_COLOR: '1' });
    for (const { path, command } of COMMANDS) {
      const lines = helpLines(path, command, layout);
      assert.ok(lines.every((line) => line.length <= columns), lines.find((line) => line.length > columns));
      for (const text of textsOf(command).filter((text) => text.split(' ').every((word) => word.length < columns / 2))) assert.ok(inOneLine(lines.join('\n')).includes(inOneLine(text)), text);
    }
  }
});
