import { INSPECT } from './inspect.js';
import { ISSUER } from './issuer.js';
import { KEYS } from './keys.js';
import { POLICY } from './policy.js';
import { VERIFY } from './verify.js';

/** The shells that completions are made for. */
export const SHELLS = Object.freeze(/** @type {const} */ (['bash', 'zsh', 'fish']));

/** @type {Readonly<Record<string, import('../grammar.js').Command>>} */
const COMMANDS = { inspect: INSPECT, verify: VERIFY, policy: POLICY, issuer: ISSUER, keys: KEYS };

/** @type {import('../grammar.js').Command} */
const COMPLETION = {
  summary: 'print a completion script for a shell',
  usage: [SHELLS.join('|')],
  about: ['Prints a script that completes commands, options and their values.'],
  most: 1,
  values: SHELLS,
  notes: [
    'bash: add `source <(claimgate completion bash)` to ~/.bashrc.',
    'zsh: add `source <(claimgate completion zsh)` to ~/.zshrc, after `compinit`.',
    'fish: `claimgate completion fish > ~/.config/fish/completions/claimgate.fish`.',
  ],
};

/** @type {import('../grammar.js').Command} */
const HELP = {
  summary: 'show the help for a command',
  usage: ['[COMMAND…]'],
  about: ['Prints the help for a command, such as `claimgate help policy check`.'],
  most: Infinity,
  values: 'command',
};

/** The program itself. @type {import('../grammar.js').Command} */
export const ROOT = {
  summary: 'verify the OIDC tokens of GitHub Actions',
  usage: ['<command> [options]'],
  commands: { ...COMMANDS, completion: COMPLETION, help: HELP },
  options: { '': { version: { short: 'v', help: 'print the version' } } },
  notes: ['`claimgate help COMMAND` describes a command.'],
};
