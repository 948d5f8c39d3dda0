/** Texts that are shorter are read faster than people notice. */
const LARGE = 4 * 1024 * 1024;

/**
 * Reads a large text with a line about it on a terminal, which is gone when it is done.
 *
 * @template T
 * @param {string} text
 * @param {(onProgress: (bytes: number) => void) => T} read gets a function to report how many bytes it has read
 * @param {{ isTTY?: boolean, write(text: string): unknown }} [stream]
 * @returns {T}
 */
export function withProgress(text, read, stream = process.stderr) {
  if (!stream.isTTY || text.length < LARGE) return read(() => {});
  const total = Buffer.byteLength(text);
  const megabytes = (/** @type {number} */ bytes) => Math.floor(bytes / 1e6);
  const show = (/** @type {number} */ bytes) => {
    stream.write(`\r\x1b[Kreading the policy: ${megabytes(bytes)} of ${megabytes(total)} MB, ${Math.floor((bytes / total) * 100)} %`);
  };
  try {
    show(0);
    return read(show);
  } finally {
    stream.write('\r\x1b[K');
  }
}
