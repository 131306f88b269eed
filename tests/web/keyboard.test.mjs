// Without a mouse: every thing reachable, focus always seen, addresses that survive a reload, and the
// back button.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { eventually, openPage, settled, startBrowser, startServer, whyNot } from './browser.mjs';

const skip = whyNot() ?? false;

describe('the keyboard', { skip, concurrency: false }, () => {
  let browser;
  let server;
  let machine;
  before(async () => {
    browser = await startBrowser();
    server = await startServer();
    [machine] = (await (await fetch(`${server.url}/api/v1/machines?signals=false`)).json()).items;
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  /** Tabs through a page once; what had the focus, in order. */
  async function walk(page, stepsMax) {
    const walked = [];
    for (let step = 0; step < stepsMax; ++step) {
      await page.keyboard.press('Tab');
      const at = await page.evaluate(async () => {
        const element = document.activeElement;
        if (element === null || element === document.body) return null;
        // The ring may be drawn by what stands for the element: a label, a tile; it is what differs without focus.
        const looks = () => {
          const pieces = [[element, '::after'], [element, '::before']];
          for (let each = element, steps = 0; each !== null && steps < 6; each = each.parentElement, ++steps) pieces.push([each, undefined]);
          return pieces.map(([each, part]) => getComputedStyle(each, part)).map(({ outline, boxShadow, borderColor, backgroundColor }) => [outline, boxShadow, borderColor, backgroundColor].join()).join('|');
        };
        const frame = () => new Promise(requestAnimationFrame);
        const inView = () => {
          const box = element.getBoundingClientRect();
          return box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
        };
        // A page that is scrolled to the element, or drawn anew just now, may take a moment.
        for (let frames = 0; frames < 120 && !inView(); ++frames) await frame();
        await frame();
        const came = inView();
        const focused = looks();
        element.blur();
        await frame();
        await frame();
        const seen = looks() !== focused;
        element.focus();
        return {
          what: `${element.tagName} ${element.getAttribute('href') ?? element.getAttribute('aria-label') ?? element.textContent.slice(0, 30)}`,
          href: element.getAttribute('href'),
          seen,
          inView: came,
        };
      });
      if (at === null || (walked.length > 1 && at.href === '#main')) break;
      walked.push(at);
    }
    return walked;
  }

  for (const path of ['/', '/alarms', '/connections', '/settings', '/storage', '/storage?tab=backups', '/storage?tab=transfer', '/storage?tab=sizing'])
    it(`reaches everything on ${path}, and is always seen where it is`, async () => {
      const { page, close } = await openPage(browser, server.url + path);
      await page.locator('h1').first().waitFor({ state: 'attached' });
      await settled(page);
      const walked = await walk(page, 120);
      assert.ok(walked.length > 5);
      assert.equal(walked[0].href, '#main', 'the first step leads past the menus');
      assert.deepEqual(walked.filter(({ seen }) => !seen).map(({ what }) => what), [], 'focus without a ring');
      assert.deepEqual(walked.filter(({ inView }) => !inView).map(({ what }) => what), [], 'focus out of sight');
      if (path === '/') assert.ok(walked.some(({ href }) => href?.startsWith(`/machines/${machine.id}`)), 'a tile is reached');
      await close();
    });

  it('opens a machine from the floor with Enter, and the back button returns', async () => {
    const { page, close } = await openPage(browser, server.url);
    const link = page.locator(`article[data-machine="${machine.id}"] a[href^="/machines/"]`).first();
    await link.waitFor();
    await link.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/machines/${machine.id}**`);
    await page.locator('[data-figure="availability"]').waitFor();
    await page.goBack();
    await page.locator('article[data-machine]').first().waitFor();
    await close();
  });

  it('every deep link shows the same after a reload', async () => {
    const { page, faults, close } = await openPage(browser, server.url);
    for (const path of [
      '/?state=run',
      `/machines/${machine.id}?window=24h`,
      '/alarms?level=warning&by=time',
      '/settings?tab=reasons',
      '/shift?tab=hours',
      '/plant?window=7d',
      '/storage?tab=sizing',
    ]) {
      await page.goto(server.url + path);
      await page.locator('h1').first().waitFor({ state: 'attached' });
      await settled(page);
      const before = page.url();
      const headings = () => page.locator('h1, h2').allTextContents();
      const shown = await headings();
      for (const word of path.split('?')[1].split('&')) assert.ok(before.includes(word), `${path} became ${before}`);
      await page.reload();
      await page.locator('h1').first().waitFor({ state: 'attached' });
      await settled(page);
      assert.equal(page.url(), before);
      await eventually(headings, shown, `the headings of ${path}`);
    }
    assert.deepEqual(faults, []);
    await close();
  });

  it('an address that makes no sense shows the page without an error', async () => {
    const { page, faults, close } = await openPage(browser, server.url);
    for (const path of ['/?state=dancing&sort=7', `/machines/${machine.id}?window=tomorrow&from=x&at=y`, '/alarms?level=loud&window=3', '/settings?tab=nowhere', '/storage?tab=7', '/shift?day=2024-13-45', '/plant?window=', '/board?screens=,,']) {
      await page.goto(server.url + path);
      await page.locator('h1, [data-board]').first().waitFor({ state: 'attached' });
      await settled(page);
    }
    assert.deepEqual(faults, []);
    await close();
  });
});
