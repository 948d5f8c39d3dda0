/** @typedef {import('./model.js').Entry} Entry */
/** @typedef {import('./model.js').OptionEntry} OptionEntry */

/** @param {string} text */
const quote = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/**
 * A script for fish.
 *
 * @param {readonly Entry[]} entries
 */
export function fishScript(entries) {
  const inner = entries.slice(1).map(({ name }) => quote(name));
  return `# fish completion for claimgate: claimgate completion fish > ~/.config/fish/completions/claimgate.fish

# Whether the command line is in the command of this name.
function __claimgate_in
    set -l command claimgate
    set -l tokens (commandline -opc)
    set -e tokens[1]
    for token in $tokens
        if test $token = --
            set command "$command --"
            break
        end
        switch "$command $token"
            case ${inner.join(' ')}
                set command "$command $token"
        end
    end
    test "$command" = "$argv[1]"
end

complete -c claimgate -e
complete -c claimgate -f
${entries.flatMap(linesOf).join('\n')}`;
}

/** @param {Entry} entry */
function linesOf({ name, commands, options, takesFiles, runs }) {
  const start = `complete -c claimgate -n ${quote(`__claimgate_in ${quote(name)}`)}`;
  const behind = `__claimgate_in ${quote(`${name} --`)}`;
  return [
    ...commands.map(({ word, text }) => `${start} -a ${word} -d ${quote(text)}`),
    ...(takesFiles ? [`${start} -F`] : []),
    ...(runs ? [`complete -c claimgate -n ${quote(behind)} -F`] : []),
    ...(runs ? [`complete -c claimgate -n ${quote(`${behind}; and test (commandline -opc)[-1] = --`)} -a '(__fish_complete_command)'`] : []),
    ...options.map((option) => `${start} ${flags(option)} -d ${quote(option.text)}`),
  ];
}

/** @param {OptionEntry} option */
function flags({ word, short, takes, words }) {
  const names = `${short ? `-s ${short} ` : ''}-l ${word.slice(2)}`;
  if (takes === 'nothing' || takes === 'optional') return names;
  if (takes === 'file') return `${names} -r -F`;
  return takes === 'words' ? `${names} -x -a ${quote(words.join(' '))}` : `${names} -x`;
}
