// Debian's browsers, without a window.
import { accessSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import puppeteer from 'puppeteer-core';

const NAMES = { chrome: ['chromium', 'chromium-browser', 'google-chrome'], firefox: ['firefox-esr', 'firefox'] };

// Nothing of its own: no updates, no metrics, no host of its maker to be looked up.
const QUIET = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
/** How long a browser may take to start on a busy machine, in milliseconds. */
const PATIENCE = 120_000;
const isRoot = process.getuid?.() === 0;

/**
 * Puppeteer kills it when this process ends.
 *
 * @param {'chrome' | 'firefox'} browser
 */
export function launchBrowser(browser, preferences = {}) {
  const args = browser === 'chrome' ? [...QUIET, ...(isRoot ? ['--no-sandbox'] : [])] : [];
  return puppeteer.launch({ browser, executablePath: findProgram(NAMES[browser]), headless: true, args, extraPrefsFirefox: preferences, timeout: PATIENCE });
}

function findProgram(names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  for (const path of names.flatMap((name) => folders.map((folder) => join(folder, name)))) {
    try {
      accessSync(path);
      return path;
    } catch {
      // Not there.
    }
  }
  throw new Error(`none of ${names.join(', ')} is installed`);
}
