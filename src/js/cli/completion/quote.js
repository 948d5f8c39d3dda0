/** A word for bash and zsh. @param {string} text */
export const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The arm of a `case` of bash and zsh, or nothing if there is nothing to match.
 *
 * @param {readonly string[]} patterns plain words
 * @param {string} commands
 */
export const arm = (patterns, commands) => (patterns.length === 0 ? [] : [`    ${patterns.map(quote).join(' | ')}) ${commands} ;;`]);
