import { arm, commandLoop } from './bash-zsh.js';
import { optionsWithValues } from './model.js';

/** @typedef {import('./model.js').Entry} Entry */

/**
 * A script for bash 3.2 and newer, which macOS still has.
 *
 * @param {readonly Entry[]} entries
 */
export function bashScript(entries) {
  const { words, file, text, optional } = optionsWithValues(entries);
  return `# bash completion for claimgate. Load it with: source <(claimgate completion bash)

_claimgate() {
  local command=claimgate word option='' index current=\${COMP_WORDS[COMP_CWORD]} IFS=$'\\n'
  COMPREPLY=()
${commandLoop(entries, { words: 'COMP_WORDS', first: 1, cursor: 'COMP_CWORD' })}

  # bash splits \`--option=value\` into three words.
  index=$((COMP_CWORD - 1))
  if [[ $current == = ]]; then
    current=''
    index=$COMP_CWORD
  fi
  [[ \${COMP_WORDS[index]} == = ]] && index=$((index - 1))
  option=\${COMP_WORDS[index]}
  case "$command $option" in
${[...words].flatMap(([list, all]) => arm(all, `_claimgate_words ${list}; return`)).join('\n')}
${arm(file, '_claimgate_files; return').join('\n')}
${arm(text, 'return').join('\n')}
${arm(optional, '[[ $current == -* ]] || return').join('\n')}
  esac

  if [[ $current == -* && $command != *' --' ]]; then
    case $command in
${entries.flatMap(({ name, options }) => arm([name], `_claimgate_words ${options.map(({ word }) => word).join(' ')}`)).join('\n')}
    esac
    return
  fi
  case $command in
${entries.flatMap((entry) => arm([entry.name], argumentsOf(entry))).join('\n')}
${entries.filter(({ runs }) => runs).flatMap(({ name }) => arm([`${name} --`], '_claimgate_program')).join('\n')}
  esac
}

_claimgate_words() {
  COMPREPLY=($(compgen -W "$*" -- "$current"))
}

_claimgate_files() {
  compopt -o filenames 2> /dev/null
  COMPREPLY=($(compgen -f -- "$current"))
}

_claimgate_program() {
  if [[ \${COMP_WORDS[COMP_CWORD - 1]} == -- ]]; then COMPREPLY=($(compgen -c -- "$current")); else _claimgate_files; fi
}

complete -F _claimgate claimgate`;
}

/** @param {Entry} entry */
function argumentsOf({ commands, takesFiles }) {
  if (takesFiles) return '_claimgate_files';
  const words = commands.map(({ word }) => word);
  return words.length === 0 ? 'return' : `_claimgate_words ${words.join(' ')}`;
}
