// E4: where a Content Security Policy forbids WebAssembly, the error names it and the directive. In pages and in workers, which have
// policies of their own.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { launchBrowser } from '../lib/browsers.mjs';
import { closeServer } from '../lib/ending.mjs';

const PACKAGE = new URL('../node_modules/claimgate/', import.meta.url);
const TYPES = { js: 'text/javascript', wasm: 'application/wasm' };

/** The default entry, and `start` of `claimgate/slim`. */
const LOADING = {
  'claimgate': "await import('/js/entry/default.js')",
  'claimgate/slim': "(await import('/js/entry/slim.js')).start(await (await fetch('/wasm/claimgate_bg.wasm')).arrayBuffer())",
};

const outcomeOf = (load) => `(async () => { try { ${load}; return 'started'; } catch ({ name, code, message }) { return { name, code, message }; } })()`;
const WORKER = Object.fromEntries(Object.entries(LOADING).map(([name, load]) => [`/worker.js?${name}`, `${outcomeOf(load)}.then(postMessage);`]));
const inWorker = (name) => `new Promise((resolve, reject) => {
  const worker = new Worker('/worker.js?${name}', { type: 'module' });
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = reject;
})`;

/** Serves the package, and all of it with this policy. */
async function servePackage(policy) {
  const server = createServer(async (request, response) => {
    response.setHeader('content-security-policy', policy);
    const { pathname } = new URL(request.url, 'http://localhost');
    const type = TYPES[pathname.split('.').at(-1)];
    if (pathname === '/') response.setHeader('content-type', 'text/html').end('<!doctype html><meta charset="utf-8"><title>policy</title>');
    else if (type) response.setHeader('content-type', type).end(WORKER[request.url] ?? (await readFile(new URL(`.${pathname}`, PACKAGE))));
    else response.writeHead(404).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => closeServer(server) };
}

const REFUSED = {
  name: 'ClaimgateError',
  code: 'option_invalid',
  message: "the Content Security Policy does not allow WebAssembly: add `'wasm-unsafe-eval'` to its directive `script-src`, as in `script-src 'self' 'wasm-unsafe-eval'`",
};

for (const name of ['chrome', 'firefox']) {
  describe(name, () => {
    let browser;
    before(async () => (browser = await launchBrowser(name)));
    after(() => browser?.close());

    for (const [policy, expected] of [["script-src 'self'", REFUSED], ["script-src 'self' 'wasm-unsafe-eval'", 'started']]) {
      for (const [entry, load] of Object.entries(LOADING)) {
        test(`\`${entry}\` under \`${policy}\``, async () => {
          const { url, close } = await servePackage(policy);
          try {
            const page = await browser.newPage();
            await page.goto(url);
            assert.deepEqual(await page.evaluate(outcomeOf(load)), expected, 'in a page');
            assert.deepEqual(await page.evaluate(inWorker(entry)), expected, 'in a worker');
          } finally {
            await close();
          }
        });
      }
    }
  });
}
