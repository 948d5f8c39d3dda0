// The one way to the log. The runner reads its commands from there, so nothing that somebody else wrote may look like one.
import * as core from '@actions/core';
import { safe } from '../../../src/js/explain/text.js';
import { withoutSecrets } from '../../../src/js/secrets.js';

/** Letters of one line: a claim may have thousands. */
const LINE_LENGTH = 600;
/** Lines of one failure: more than anybody reads. */
const LINES = 50;

/** What a person is to be told, in a line, and more of it in further lines. */
export class Failure extends Error {
  /**
   * @param {string} message
   * @param {readonly string[]} [details]
   */
  constructor(message, details = []) {
    super(message);
    this.details = details;
  }
}

/** @param {string} message */
export function say(message) {
  core.info(line(message));
}

/**
 * @param {string} message
 * @param {unknown} error
 */
export function warn(message, error) {
  const [reason = '', ...details] = linesOf(error);
  core.warning([line(`${message}: ${reason}`), ...details].join('\n'));
}

/** @param {unknown} error */
export function fail(error) {
  core.setFailed(linesOf(error).join('\n'));
}

/** @param {unknown} error */
function linesOf(error) {
  const all = [error instanceof Error ? error.message : String(error), ...(error instanceof Failure ? error.details : [])];
  const left = all.length - LINES;
  return [...all.slice(0, LINES).map(line), ...(left > 0 ? [`  and ${left} lines more`] : [])];
}

/**
 * One line without controls, tokens and commands. `::` is a command at the beginning of a line, `##[` anywhere in it.
 *
 * @param {string} text
 */
function line(text) {
  // Cut before it is looked through, too: it may be as long as a service likes.
  const visible = safe(withoutSecrets(text.slice(0, 4 * LINE_LENGTH))).replace(/(?<=:):/g, '\\u{3a}').replace(/##(?=\[)/g, '#\\u{23}');
  return visible.length > LINE_LENGTH ? `${visible.slice(0, LINE_LENGTH)}…` : visible;
}
