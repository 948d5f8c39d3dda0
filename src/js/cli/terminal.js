import { visibleJson } from '../util/escape.js';

/**
 * One line of JSON that is as harmless in a terminal as in a program.
 *
 * @param {unknown} value
 */
export function toJson(value) {
  return visibleJson(JSON.stringify(value));
}

/**
 * Whether to use colours: as FORCE_COLOR says, or else NO_COLOR, or else whether somebody looks.
 *
 * @param {{ isTTY?: boolean }} stream
 * @param {NodeJS.ProcessEnv} env
 */
export function wantsColor(stream, env) {
  if (env.FORCE_COLOR !== undefined) return !['0', 'false'].includes(env.FORCE_COLOR);
  return !env.NO_COLOR && env.TERM !== 'dumb' && stream.isTTY === true;
}

/** @typedef {'bold' | 'dim' | 'red' | 'green' | 'yellow'} Style */
const STYLES = Object.freeze({ bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] });

/**
 * Lays text out for standard output. What goes in is escaped already: `safe` or `show`.
 *
 * @param {{ isTTY?: boolean, columns?: number, rows?: number }} [stream]
 * @param {NodeJS.ProcessEnv} [env]
 */
export function createLayout(stream = process.stdout, env = process.env) {
  const color = wantsColor(stream, env);
  const rows = (stream.isTTY && stream.rows) || 24;
  const width = stream.isTTY ? Math.min(Math.max(stream.columns || 80, 40), 120) : 80;

  /** @param {string} text @param {Style[]} styles */
  const paint = (text, ...styles) =>
    color ? styles.reduce((painted, style) => `\x1b[${STYLES[style][0]}m${painted}\x1b[${STYLES[style][1]}m`, text) : text;

  /**
   * Text that is wrapped, each line behind the same indent.
   *
   * @param {string} text
   * @param {number} [indent]
   * @param {...Style} styles
   */
  const paragraph = (text, indent = 0, ...styles) =>
    wrap(text, width - indent).map((line) => ' '.repeat(indent) + paint(line, ...styles));

  /**
   * A label, and next to it a value that is wrapped.
   *
   * @param {string} label
   * @param {string} value
   * @param {{ indent?: number, labels?: number, styles?: Style[] }} [options] `labels`: how wide the column of labels is
   */
  const field = (label, value, { indent = 2, labels = 10, styles = [] } = {}) => {
    const column = indent + labels + 2;
    const free = labels - widthOf([...label]);
    const head = ' '.repeat(indent) + label + ' '.repeat(Math.max(free, 0));
    const lines = wrap(value, width - column).map((line) => paint(line, ...styles));
    // A label that is too long gets its own lines.
    if (free < 0) return [...paragraph(label, indent, 'bold'), ...lines.map((line) => ' '.repeat(column) + line)];
    return lines.map((line, index) => `${index === 0 ? paint(head, 'bold') : ' '.repeat(column - 2)}  ${line}`);
  };

  /**
   * A verdict, which is a word in capitals, and what is to be said of it. Only a verdict begins at the edge: what follows is
   * indented, so that nothing a token says can be taken for one.
   *
   * @param {string} word
   * @param {string} text
   * @param {Style} style
   */
  const verdict = (word, text, style) => {
    const [first = '', ...more] = hanging(`${word}: ${text}`);
    return [paint(word, style, 'bold') + first.slice(word.length), ...more];
  };

  /** Text that is wrapped, each line but the first indented. @param {string} text */
  const hanging = (text) => wrap(text, width - 2).map((line, index) => (index === 0 ? line : `  ${line}`));

  return { rows, paint, paragraph, field, verdict, hanging };
}

/** @typedef {ReturnType<typeof createLayout>} Layout */

/**
 * How many columns a letter takes, at most: a line that is wider than it was taken for is broken by the terminal, where
 * its author chose.
 *
 * @param {string} letter
 */
function columns(letter) {
  const code = letter.codePointAt(0) ?? 0;
  if (code < 0x1100) return 1;
  return code >= 0x2000 && code < 0x2e80 && !/\p{Emoji_Presentation}/u.test(letter) ? 1 : 2;
}

/** @param {readonly string[]} letters */
const widthOf = (letters) => letters.reduce((sum, letter) => sum + columns(letter), 0);

/**
 * How many letters of a word that is too long go into a line: up to what separates its parts, if that is not far.
 *
 * @param {readonly string[]} letters
 * @param {number} width
 */
function cut(letters, width) {
  let count = 0;
  for (let used = 0; used + columns(letters[count] ?? '') <= width; count += 1) used += columns(letters[count] ?? '');
  const separator = letters.slice(0, count).findLastIndex((letter) => '/:@?&,'.includes(letter));
  return separator > 0 && separator >= count - 30 ? separator + 1 : count;
}

/**
 * Breaks text between words, and a word that does not fit into a line wherever it must.
 *
 * @param {string} text
 * @param {number} width
 * @returns {string[]} at least one line
 */
function wrap(text, width) {
  /** @type {string[]} */
  const lines = [];
  let line = '';
  let used = 0;
  for (const word of text.split(' ')) {
    let letters = [...word];
    let needed = widthOf(letters);
    if (line !== '' && used + 1 + needed > width) {
      lines.push(line);
      [line, used] = ['', 0];
    } else if (line !== '') {
      line += ' ';
      used += 1;
    }
    while (needed > width) {
      lines.push(letters.splice(0, cut(letters, width)).join(''));
      needed = widthOf(letters);
    }
    line += letters.join('');
    used += needed;
  }
  return [...lines, line];
}
