import { arm, commandLoop, quote } from './bash-zsh.js';
import { optionsWithValues } from './model.js';

/** @typedef {import('./model.js').Entry} Entry */
/** @typedef {import('./model.js').Choice} Choice */

/**
 * A script that zsh can source, or find in `$fpath` under the name `_claimgate`.
 *
 * @param {readonly Entry[]} entries
 */
export function zshScript(entries) {
  const { words, file, text, optional } = optionsWithValues(entries);
  return `#compdef claimgate
# zsh completion for claimgate. Load it with: source <(claimgate completion zsh)

_claimgate() {
  local command=claimgate word option=\${words[CURRENT - 1]}
  local -i index
  local -a choices
${commandLoop(entries, { words: 'words', first: 2, cursor: 'CURRENT' })}

  if [[ $PREFIX == --*=* ]]; then
    option=\${PREFIX%%=*}
    compset -P 1 '*='
  fi
  case "$command $option" in
${[...words].flatMap(([list, all]) => arm(all, `compadd -- ${list}; return`)).join('\n')}
${arm(file, '_files; return').join('\n')}
${arm(text, '_message value; return').join('\n')}
${arm(optional, '[[ $PREFIX == -* ]] || { _message value; return }').join('\n')}
  esac

  if [[ $PREFIX == -* && $command != *' --' ]]; then
    case $command in
${entries.flatMap(({ name, options }) => arm([name], `choices=(${options.map(described).join(' ')})`)).join('\n')}
    esac
    _describe -o option choices
    return
  fi
  case $command in
${entries.flatMap((entry) => arm([entry.name], argumentsOf(entry))).join('\n')}
${entries.filter(({ runs }) => runs).flatMap(({ name }) => arm([`${name} --`], '(( index == CURRENT - 1 )) && _command_names -e || _files')).join('\n')}
  esac
}

if [[ $funcstack[1] == _claimgate ]]; then
  _claimgate "$@"
else
  compdef _claimgate claimgate
fi`;
}

/** @param {Entry} entry */
function argumentsOf({ commands, takesFiles }) {
  if (takesFiles) return '_files';
  return commands.length === 0 ? '_message argument' : `choices=(${commands.map(described).join(' ')}); _describe command choices`;
}

/** As \`_describe\` reads it. @param {Choice} choice */
function described({ word, text }) {
  return quote(text === '' ? word : `${word}:${text}`);
}
