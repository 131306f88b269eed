// Every page, in both languages, light and dark, on a phone, a tablet, a desk and a wall: each pair of
// these at least once for each page, not each combination. Against a program (SPINDLE_URL) each page
// once, with looks by turns.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkPage, eventually, openPage, screenshot, settled, startBrowser, startServer, whyNot } from './browser.mjs';

const skip = whyNot() ?? false;
const real = Boolean(process.env.SPINDLE_URL);

const sizes = {
  phone: { width: 390, height: 844, touch: true },
  tablet: { width: 820, height: 1180, touch: true },
  desk: { width: 1440, height: 900 },
  wall: { width: 1920, height: 1080 },
  large: { width: 3840, height: 2160 },
};
const zh = 'zh-TW';
// Two halves of all pairs; pages take them by turns, so that together they see every combination.
const halves = [
  [['phone', zh, 'light'], ['tablet', 'en', 'light'], ['desk', zh, 'dark'], ['wall', 'en', 'dark']],
  [['phone', 'en', 'dark'], ['tablet', zh, 'dark'], ['desk', 'en', 'light'], ['wall', zh, 'light']],
];
const board = [['wall', zh, 'dark'], ['large', 'en', 'light'], ['desk', 'en', 'dark'], ['large', zh, 'dark']];

// `ready` is what tells that the page shows its data.
const pages = ({ machine, group }) => [
  { name: 'floor', path: '/', ready: 'article[data-machine]' },
  { name: 'machine', path: `/machines/${machine}?window=8h`, ready: '[data-figure="availability"]' },
  { name: 'shift', path: '/shift' },
  { name: 'plant', path: '/plant', ready: '[data-figure]' },
  { name: 'group', path: `/groups/${group}`, ready: '[data-figure]' },
  { name: 'alarms', path: '/alarms', ready: 'ol, table, [data-empty]' },
  { name: 'signals', path: '/signals' },
  { name: 'connections', path: '/connections' },
  { name: 'connections-new', path: '/connections/new' },
  { name: 'connections-edit', path: `/connections/${machine}` },
  ...['calendar', 'machines', 'reasons', 'storage', 'changes'].map((tab) => ({ name: `settings-${tab}`, path: `/settings?tab=${tab}` })),
  { name: 'storage', path: '/storage', ready: '[data-outlook]' },
  ...['signals', 'backups', 'transfer', 'sizing'].map((tab) => ({ name: `storage-${tab}`, path: `/storage?tab=${tab}` })),
  { name: 'system', path: '/system' },
  { name: 'welcome', path: '/welcome' },
  { name: 'gallery', path: '/gallery', busy: true },
  { name: 'board', path: '/board', looks: board },
];

describe('every page in every look', { skip, concurrency: 2 }, () => {
  let browser;
  let server;
  let known;
  before(async () => {
    browser = await startBrowser();
    server = await startServer();
    const { items } = await (await fetch(`${server.url}/api/v1/machines?signals=false`)).json();
    known = { machine: items[0].id, group: items[0].group.split('/').map(encodeURIComponent).join('/') };
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  pages({ machine: '', group: '' }).forEach(({ name }, place) => {
    it(name, async () => {
      const { path, ready, busy = false, looks = halves[place % 2] } = pages(known)[place];
      const chosen = real ? [looks[Math.floor(place / 2) % looks.length]] : looks;
      const troubles = [];
      for (const [size, language, scheme] of chosen) {
        const what = `${name}-${size}-${language}-${scheme}`;
        const { page, faults, close } = await openPage(browser, server.url + path, { ...sizes[size], language, scheme });
        try {
          await page.locator('h1, [data-board]').first().waitFor({ state: 'attached' });
          if (ready) await page.locator(ready).first().waitFor();
          await settled(page, { busy });
          await screenshot(page, what);
          await checkPage(page, what);
          await eventually(() => page.evaluate(() => document.documentElement.lang), language === 'en' ? 'en' : 'zh-Hant-TW');
          assert.deepEqual(faults, []);
        } catch (error) {
          troubles.push(`${what}: ${error.message}`);
        }
        await close();
      }
      if (troubles.length > 0) assert.fail(troubles.join('\n'));
    });
  });
});
