// After the first visit the page works without a network, and can be installed.
import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { servePage } from '../../xtask/js/serve.mjs';
import { launchBrowser } from '../lib/browsers.mjs';
import { temporaryFolder } from '../lib/ending.mjs';
import { PATIENCE } from '../lib/until.mjs';
import { FOLDER, click, ready } from './page.mjs';

const isKept = (page) => page.waitForFunction(async () => (await navigator.serviceWorker.ready).active?.state === 'activated', { timeout: PATIENCE });
const openApp = async (page, url) => {
  await page.goto(url);
  await ready(page);
};

for (const name of ['chrome', 'firefox']) {
  test(`${name}: without a network it opens, verifies and explains`, async () => {
    const { url, close } = await servePage(FOLDER);
    const browser = await launchBrowser(name);
    try {
      const first = await browser.newPage();
      await openApp(first, url);
      await isKept(first);
      await close();
      const page = await browser.newPage();
      await openApp(page, `${url}?from=home#role=deploy`);
      await click(page, '#sample');
      await page.waitForSelector('#policy-card.bad .unmet');
      assert.equal(await page.$eval('.brand img', ({ naturalWidth }) => naturalWidth > 0), true);
    } finally {
      await browser.close();
    }
  });

  test(`${name}: a new version takes the place of the old one, and nobody else’s cache`, async () => {
    const { folder, dispose } = temporaryFolder();
    cpSync(FOLDER, folder, { recursive: true });
    const { url, close } = await servePage(folder);
    const browser = await launchBrowser(name);
    try {
      const page = await browser.newPage();
      await openApp(page, url);
      await isKept(page);
      await page.evaluate(() => caches.open('somebody-elses'));
      const replace = (file, from, to) => writeFileSync(join(folder, file), readFileSync(join(folder, file), 'utf8').replace(from, to));
      replace('index.html', 'Try a sample', 'Try a new sample');
      replace('service-worker.js', /VERSION = '\w+'/, "VERSION = 'newer'");
      await page.evaluate(async () => (await navigator.serviceWorker.ready).update());
      await page.waitForFunction(async (url) => (await caches.keys()).sort().join() === `claimgate ${url} newer,somebody-elses`, { timeout: PATIENCE }, url);
      await openApp(page, url);
      assert.equal(await page.$eval('#sample', ({ textContent }) => textContent), 'Try a new sample');
    } finally {
      await browser.close();
      await close();
      dispose();
    }
  });
}

test('the browser finds that it can be installed', async () => {
  const { url, close } = await servePage(FOLDER);
  const browser = await launchBrowser('chrome');
  try {
    const page = await browser.newPage();
    await openApp(page, url);
    const session = await page.createCDPSession();
    const { errors } = await session.send('Page.getAppManifest');
    assert.deepEqual(errors, []);
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    // Pages in a window that leaves no trace cannot be installed, which says nothing of this one.
    assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== 'in-incognito'), []);
  } finally {
    await browser.close();
    await close();
  }
});
