// Chromium, the server the pages come from, and what every page is held to.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { inspect, isDeepStrictEqual } from 'node:util';

const web = new URL('../../web/', import.meta.url);
const require = createRequire(new URL('package.json', web));
const dist = process.env.SPINDLE_PAGES ?? fileURLToPath(new URL('dist', web)); // the built pages, for the pretended plant
const screenshots = fileURLToPath(new URL('../../build/screenshots/', import.meta.url));
const executable = ['/usr/bin/chromium', '/usr/bin/chromium-browser', process.env.CHROMIUM ?? ''].find(
  (path) => path !== '' && existsSync(path),
);

/** How long anything is waited for: CI machines are several times slower than a desk. */
export const waitMs = 60_000;

/** Why the browser tests can't run here; undefined when they can. */
export function whyNot() {
  if (executable === undefined) return 'no Chromium here: apt-get install chromium';
  if (!existsSync(new URL('node_modules/playwright-core', web))) return 'no web/node_modules: npm ci in web/';
  if (!process.env.SPINDLE_URL && !existsSync(`${dist}/index.html`)) return 'no web/dist: npm run build in web/';
  return undefined;
}

export async function startBrowser() {
  const { chromium } = require('playwright-core');
  return chromium.launch({ executablePath: executable, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** The pretended plant: `options` as of startMock in web/mock/server.mjs. */
export async function startPlant(options = {}) {
  const { startMock } = await import(new URL('mock/server.mjs', web));
  return startMock({ dist, ...options });
}

/** The server under test: the one at SPINDLE_URL, or the pretended plant. */
export async function startServer() {
  if (process.env.SPINDLE_URL) return { url: process.env.SPINDLE_URL.replace(/\/$/, ''), mock: null, stop: async () => undefined };
  const mock = await startPlant();
  return { url: mock.url, mock, stop: () => mock.stop() };
}

/** A page that remembers what it should not have done. */
export async function openPage(browser, url, { width = 1440, height = 900, language = 'zh-TW', scheme = 'light', touch = false, serviceWorkers = 'block', deviceScaleFactor = 1 } = {}) {
  const context = await browser.newContext({
    serviceWorkers, // blocked, unless it is the subject: what it keeps would outlive the box that a test starts
    viewport: { width, height },
    deviceScaleFactor,
    colorScheme: scheme,
    hasTouch: touch,
    reducedMotion: 'reduce',
    timezoneId: 'America/New_York', // Never the plant's: nothing may depend on the viewer's zone.
  });
  context.setDefaultTimeout(waitMs);
  context.setDefaultNavigationTimeout(waitMs);
  await context.addInitScript((chosen) => {
    if (localStorage.getItem('spindle.language') === null) localStorage.setItem('spindle.language', chosen);
  }, language);
  const page = await context.newPage();
  const faults = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()) && !message.text().includes('blocked by Playwright')) faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`page error: ${error.message}`));
  page.on('request', (request) => {
    const to = new URL(request.url());
    if (!['data:', 'blob:'].includes(to.protocol) && to.origin !== new URL(url).origin) faults.push(`request leaves the machine: ${request.url()}`);
  });
  await page.goto(url);
  return { page, faults, close: () => context.close() };
}

/**
 * Everything that was asked for is there, nothing moves, and the layout stands still or is lively by
 * nature. `busy`: something on the page says that it loads, and always will.
 */
export async function settled(page, { busy: mayBeBusy = false } = {}) {
  await page.waitForFunction(
    ({ calmMs, patienceMs, mayBeBusy }) => {
      const memory = (globalThis.calm ??= { began: performance.now(), since: 0, shape: '' });
      const now = performance.now();
      const busy = (!mayBeBusy && document.querySelector('[aria-busy="true"], [data-loading]') !== null) || document.fonts.status !== 'loaded';
      const moving = document.getAnimations().some(({ playState, effect }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
      const shape = `${document.querySelectorAll('*').length} ${document.documentElement.scrollHeight}`;
      if (busy || moving || shape !== memory.shape) memory.since = now;
      memory.shape = shape;
      return !busy && !moving && (now - memory.since >= calmMs || now - memory.began >= patienceMs);
    },
    { calmMs: 400, patienceMs: 8000, mayBeBusy },
    { polling: 100 },
  );
  await page.evaluate(() => delete globalThis.calm);
}

/** The page hears the live events. */
export async function live(page) {
  await page.locator('[role="status"][data-phase="open"]').waitFor();
}

/**
 * What `read` says, as soon as it is what is expected: a value, a pattern of its text, or a condition.
 * A page shows what follows from an action a moment later, and on a busy machine the moment is long:
 * what may take one is read with this, never once. `read` throwing is "not yet".
 */
export async function eventually(read, expected, what = '') {
  const holds =
    typeof expected === 'function' ? expected : expected instanceof RegExp ? (found) => expected.test(found) : (found) => isDeepStrictEqual(found, expected);
  const deadline = Date.now() + waitMs;
  for (;;) {
    let seen;
    try {
      const found = await read();
      if (holds(found)) return found;
      seen = `it was ${inspect(found)}`;
    } catch (error) {
      seen = `it failed: ${error.message}`;
    }
    if (Date.now() >= deadline) {
      const name = what === '' ? String(read) : what;
      assert.fail(`not within ${waitMs / 1000} s: ${name} is ${typeof expected === 'function' ? String(expected) : inspect(expected)}; ${seen}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

export async function screenshot(page, name) {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: `${screenshots}${name}.png`, fullPage: !name.startsWith('receipt') });
}

/** Nothing axe finds fault with, nothing wider than the window, nothing too small for a finger. */
export async function checkPage(page, what) {
  await checkAccess(page, what);
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= window, `${what}: ${wide} px wide in a window of ${window} px`);
  // A radio button or a checkbox is hit by its label, or by what says that it passes the touch on.
  const small = await page.evaluate(() =>
    [...document.querySelectorAll('button, a[href], input, select, summary')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest('.skip'))
      .map((element) => [element, (['radio', 'checkbox'].includes(element.type) && (element.closest('label, [data-touch]') ?? element.labels?.[0])) || element])
      .map(([element, target]) => [element, target.getBoundingClientRect()])
      .filter(([element, box]) => box.width > 0 && (box.height < 43.5 || box.width < 43.5) && getComputedStyle(element, '::after').position !== 'absolute')
      .map(([element, box]) => `${element.outerHTML.slice(0, 120)} ${box.width.toFixed(0)} × ${box.height.toFixed(0)}`),
  );
  if (small.length > 0) assert.fail(`${what}: touch targets under 44 px:\n${small.join('\n')}`);
}

export async function checkAccess(page, what) {
  const { source } = require('axe-core');
  await page.evaluate(source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const told = violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary}`).join(' | ')}`);
  if (told.length > 0) assert.fail(`${what}: accessibility:\n${told.join('\n')}`);
}
