// The packages that are installed beside the tests, for programs that stand elsewhere.
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

export const TESTS = fileURLToPath(new URL('../../tests/', import.meta.url));
export const require = createRequire(new URL('../../tests/package.json', import.meta.url));
export const load = (name) => import(pathToFileURL(require.resolve(name)));
