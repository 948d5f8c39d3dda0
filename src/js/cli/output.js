import { quoted } from '../explain/text.js';
import { optionError } from '../options.js';

/**
 * Writes a file. What goes wrong is an error of the command line.
 *
 * @param {string} path
 * @param {() => Promise<void>} work
 */
export async function writing(path, work) {
  try {
    await work();
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    if (code === 'EEXIST') throw optionError(`${quoted(path)} exists and is not overwritten: give a new name`);
    throw optionError(`${quoted(path)} cannot be written: ${code}`);
  }
}
