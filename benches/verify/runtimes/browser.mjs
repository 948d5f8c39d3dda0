import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchBrowser } from '../../../tests/lib/browsers.mjs';
import { TESTS, load } from '../../lib/packages.mjs';

/** Only a page that is isolated has a clock that is fine enough. */
const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/** @param {'chrome' | 'firefox'} name */
export function inBrowser(name) {
  return async ({ world, browserKernel }) => {
    const head = '<!doctype html><meta charset="utf-8"><title>verify</title>';
    const { url, close } = await serve(`${head}<script type="module">${await bundlePage()}</script>`);
    const browser = await launchBrowser(name);
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction(() => typeof globalThis.run === 'function');
    const measured = await page.evaluate((world) => globalThis.run(world), { ...world, kernel: browserKernel });
    const version = await browser.version();
    await browser.close();
    close();
    return { version, ...measured };
  };
}

/** As text that may stand in a page. */
async function bundlePage() {
  const { build } = await load('esbuild');
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('../programs/page.mjs', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    nodePaths: [join(TESTS, 'node_modules')],
    write: false,
  });
  return outputFiles[0].text;
}

async function serve(html) {
  const headers = { 'content-type': 'text/html', ...ISOLATED };
  const server = createServer((_request, response) => response.writeHead(200, headers).end(html));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${server.address().port}/`, close };
}
