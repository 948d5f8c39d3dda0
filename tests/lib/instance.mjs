// The instances behind the package's JavaScript, to look at and to break.
import { fileURLToPath, pathToFileURL } from 'node:url';
import { dirname, join } from 'node:path';

const folder = dirname(fileURLToPath(import.meta.resolve('claimgate/claimgate.wasm')));

/** What the instance exports that is in use now: that of `claimgate`, or that of `claimgate/exchange`. */
export async function exportsOf(bindings = 'claimgate') {
  const { initSync } = await import(pathToFileURL(join(folder, `${bindings}.js`)));
  // Started already, it only says what it has.
  return () => initSync();
}

/** Takes all memory that there is but for so many bytes: whatever asks for more traps, as any fault of the core would. */
export function fillMemory({ __wbindgen_malloc: take, __wbindgen_free: free }, room = 0) {
  const kept = room > 0 ? take(room, 1) : 0;
  for (let size = 2 ** 30; size >= 1; size /= 2) {
    try {
      for (;;) take(size, 1);
    } catch (error) {
      if (!(error instanceof WebAssembly.RuntimeError)) throw error;
    }
  }
  if (room > 0) free(kept, room, 1);
}
