import { launchBrowser } from '../../lib/browsers.mjs';

/**
 * Runs the suite in a page. What the page writes to the console as an error, or throws, is a failure.
 *
 * @param {'chrome' | 'firefox'} name
 * @param {() => Promise<{ url: string, close: () => unknown }>} serve a page that sets `globalThis.run`
 */
export function runInBrowser(name, serve) {
  return async (world) => {
    const { url, close } = await serve();
    try {
      const browser = await launchBrowser(name);
      try {
        const page = await browser.newPage();
        const complaints = [];
        page.on('pageerror', (error) => {
          // Firefox counts connections that issuers drop among these.
          if (!/^Error: Cross-Origin Request Blocked: .* CORS request did not succeed/.test(String(error))) complaints.push(String(error));
        });
        await page.goto(url);
        await page.waitForFunction(() => typeof globalThis.run === 'function', { timeout: 60_000 }).catch((error) => {
          throw new Error(`the page did not start: ${complaints.join('; ') || error.message}`);
        });
        const results = await page.evaluate((world) => globalThis.run(world), world);
        return complaints.length === 0 ? results : [...results, { name: 'the page throws nothing', error: complaints.join('\n') }];
      } finally {
        await browser.close();
      }
    } finally {
      await close();
    }
  };
}
