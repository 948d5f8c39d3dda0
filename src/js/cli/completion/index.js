import { didYouMean, optionError } from '../../options.js';
import { EXIT, print } from '../command.js';
import { ROOT, SHELLS } from '../commands/index.js';
import { bashScript } from './bash.js';
import { fishScript } from './fish.js';
import { entriesOf } from './model.js';
import { zshScript } from './zsh.js';

const SCRIPTS = Object.freeze({ bash: bashScript, zsh: zshScript, fish: fishScript });

/**
 * Runs `claimgate completion`.
 *
 * @type {import('../grammar.js').Work}
 */
export async function runCompletion({ positionals: [word] }) {
  const shell = SHELLS.find((known) => known === word);
  if (shell === undefined) {
    const hint = word === undefined ? '' : didYouMean(word, SHELLS);
    const all = SHELLS.map((known) => `\`${known}\``).join(', ');
    throw optionError(hint ? `unknown shell \`${word}\`${hint}` : word === undefined ? `missing shell, expected ${all}` : `unknown shell, expected ${all}`);
  }
  print([SCRIPTS[shell](entriesOf(ROOT))]);
  return EXIT.ok;
}
