/** A word for bash and zsh. @param {string} text */
export const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The arm of a `case` of bash and zsh, or nothing if there is nothing to match.
 *
 * @param {readonly string[]} patterns plain words
 * @param {string} commands
 */
export const arm = (patterns, commands) => (patterns.length === 0 ? [] : [`    ${patterns.map(quote).join(' | ')}) ${commands} ;;`]);

/**
 * The loop that appends to `$command` the names of the commands before the cursor, and `--` where a command line follows.
 *
 * @param {readonly import('./model.js').Entry[]} entries
 * @param {{ words: string, first: number, cursor: string }} line its array of words, the index of the first one behind the program, and the
 *   variable that has the index of the word at the cursor
 */
export function commandLoop([, ...inner], { words, first, cursor }) {
  const names = inner.map(({ name }) => name);
  return `\
  for ((index = ${first}; index < ${cursor}; index++)); do
    word=\${${words}[index]}
    if [[ $word == -- ]]; then
      command+=' --'
      break
    fi
    case "$command $word" in
${arm(names, 'command+=" $word"').join('\n')}
    esac
  done`;
}
