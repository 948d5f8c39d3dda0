// The built page in a real browser, with the headers that it ships with. What it complains of, or asks where it should not,
// fails the test that is running.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, afterEach, before, describe } from 'node:test';
import { servePage } from '../../xtask/js/serve.mjs';
import { launchBrowser } from '../lib/browsers.mjs';
import { TARGET } from '../lib/target.mjs';
import { PATIENCE } from '../lib/until.mjs';

/** The page as it is built. */
export const FOLDER = join(TARGET, 'www');

/** Its modules, before they are put into one. */
export const MODULES = join(TARGET, 'page/modules/js');

/** Waits until the page is there. */
export const ready = (page) => page.waitForSelector('#app:not([inert])', { timeout: PATIENCE });

/** Waits until nothing is under way that may change the page: signing, fetching or reading, which also scroll and move what is below. */
export async function settled(page) {
  const isSettled = await page.evaluate(async (patience) => {
    const until = performance.now() + patience;
    const isBusy = () => document.getElementById('answer').getAttribute('aria-busy') === 'true';
    while (isBusy() && performance.now() < until) await new Promise((rest) => setTimeout(rest, 10));
    return !isBusy();
  }, PATIENCE);
  assert.ok(isSettled, 'the page is busy and does not settle');
}

/** Presses something with the mouse, where nothing moves it away, and waits for what comes of that. A locator tries again if it is drawn anew. */
export async function click(page, selector) {
  await settled(page);
  await page.locator(selector).setTimeout(PATIENCE).click();
  await settled(page);
}

/**
 * The same tests in Chromium and in Firefox.
 *
 * @param {(open: (fragment?: string) => Promise<Inspector>, context: { name: 'chrome' | 'firefox', browser: import('puppeteer-core').Browser, url: string }) => void} tests
 */
export function inBrowsers(tests, { preferences } = {}) {
  for (const name of ['chrome', 'firefox']) {
    describe(name, () => {
      const context = { name };
      const opened = [];
      before(async () => {
        context.server = await servePage(FOLDER);
        context.url = context.server.url;
        context.browser = await launchBrowser(name, preferences);
      });
      after(async () => {
        await context.browser?.close();
        await context.server?.close();
      });
      afterEach(async () => {
        for (const inspector of opened.splice(0)) await inspector.close();
      });
      tests(async (fragment = '') => {
        const inspector = await openInspector(context, fragment);
        opened.push(inspector);
        return inspector;
      }, context);
    });
  }
}

/** @typedef {Awaited<ReturnType<typeof openInspector>>} Inspector */

async function openInspector({ browser, url }, fragment) {
  const page = await browser.newPage();
  const complaints = [];
  const meant = [];
  const allowed = [new URL(url).origin];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => ['error', 'warn'].includes(message.type()) && complaints.push(message.text()));
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url());
    if (protocol.startsWith('http') && !allowed.includes(origin)) complaints.push(`asked ${request.url()}`);
  });
  await page.goto(`${url}${fragment}`);
  await ready(page);

  const text = (selector) => page.$eval(selector, (element) => element.textContent.replace(/\s+/g, ' ').trim());

  return {
    page,
    ready: () => ready(page),
    settled: () => settled(page),
    text,
    /** Lets the page ask this origin. */
    allow: (origin) => allowed.push(origin),
    /** Complaints that are meant: those that match. */
    expectComplaint: (pattern) => meant.push(pattern),
    /** Gives a field a text, as pasting does, and waits for the answer to it. */
    async paste(id, value) {
      await page.$eval(`#${id}`, (field, value) => {
        field.value = value;
        field.dispatchEvent(new Event('input', { bubbles: true }));
      }, value);
      await settled(page);
    },
    click: (selector) => click(page, selector),
    /** Waits until a place shows what is expected, and says what it shows if it does not. */
    async shows(selector, pattern) {
      const found = (selector, source, flags) => new RegExp(source, flags).test(document.querySelector(selector)?.textContent.replace(/\s+/g, ' ').trim() ?? '');
      try {
        await page.waitForFunction(found, { timeout: PATIENCE }, selector, pattern.source, pattern.flags);
      } catch {
        assert.match(await text(selector).catch(() => '(not there)'), pattern, `${selector} should show it`);
      }
    },
    count: (selector) => page.$$eval(selector, (elements) => elements.length),
    value: (id) => page.$eval(`#${id}`, ({ value }) => value),
    isHidden: (selector) => page.$eval(selector, (element) => element.checkVisibility() === false),
    async close() {
      if (!page.isClosed()) await page.close();
      const unmeant = complaints.filter((complaint) => !meant.some((pattern) => pattern.test(complaint)));
      assert.deepEqual(unmeant, [], 'the page complains, or asks somebody');
    },
  };
}
