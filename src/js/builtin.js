/**
 * A module of Node's, in the runtimes that have it; asked for so that no bundler follows.
 *
 * @param {string} name
 * @returns {any}
 */
export function builtinModule(name) {
  try {
    return globalThis.process?.getBuiltinModule?.(name);
  } catch {
    return undefined; // Next.js throws at the mere mention, on its edge.
  }
}
