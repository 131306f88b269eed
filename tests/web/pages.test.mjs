// The pages in a real browser: SPINDLE_URL=http://… node --test tests/web/ against a running program,
// or without it against the pretended plant of web/mock. Screenshots go to build/screenshots/.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkPage, eventually, live, openPage, screenshot, settled, startBrowser, startServer, whyNot } from './browser.mjs';
import { startProxy } from './proxy.mjs';

const skip = whyNot() ?? false;
const words = {
  'zh-TW': { search: '搜尋', utilization: '稼動率', lost: '連線中斷，顯示最後資料' },
  en: { search: 'Search', utilization: 'Utilisation', lost: 'Connection lost, showing last data' },
};
const phone = { width: 390, height: 844, touch: true };

describe('the pages', { skip, concurrency: false }, () => {
  let browser;
  let server;
  before(async () => {
    browser = await startBrowser();
    server = await startServer();
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const machines = async () => (await (await fetch(`${server.url}/api/v1/machines`)).json()).items;

  it('the floor shows every machine, and each leads to its own page', async () => {
    const known = await machines();
    const { page, faults, close } = await openPage(browser, server.url);
    const tiles = page.locator('article[data-machine]');
    await tiles.first().waitFor();
    await eventually(() => tiles.count(), known.length);
    await page.getByRole('link', { name: known[0].name, exact: true }).click();
    await page.waitForURL(`**/machines/${known[0].id}*`);
    await page.locator('canvas').first().waitFor();
    await page.locator('[data-figure="availability"]').waitFor();
    await eventually(() => page.locator('[data-light]').count(), 4);
    assert.deepEqual(faults, []);
    await close();
  });

  it('a figure opens its receipt, and the keyboard closes it', async () => {
    const [machine] = await machines();
    for (const look of [phone, {}]) {
      const { page, faults, close } = await openPage(browser, `${server.url}/machines/${machine.id}?window=8h`, look);
      for (const figure of ['availability', 'availability_known', 'performance', 'quality', 'oee', 'parts.total', 'coverage', 'mtbf_s', 'mttr_s', 'utilization.calendar']) {
        await page.locator(`[data-figure="${figure}"]`).click();
        await page.locator('[role="dialog"] h3').first().waitFor();
        if (figure === 'availability') {
          await settled(page);
          await screenshot(page, `receipt-${look.width ?? 1440}`);
          await checkPage(page, `receipt ${look.width ?? 1440}`);
        }
        await page.keyboard.press('Escape');
        await page.locator('[role="dialog"]').waitFor({ state: 'detached' });
      }
      assert.deepEqual(faults, []);
      await close();
    }
  });

  it('search and filter narrow the floor, and say so when nothing is left', async () => {
    const known = await machines();
    const { page, close } = await openPage(browser, server.url);
    const tiles = page.locator('article[data-machine]');
    await tiles.first().waitFor();
    const search = page.getByRole('searchbox', { name: words['zh-TW'].search });
    await search.fill(known[0].id);
    await page.waitForFunction((count) => document.querySelectorAll('article[data-machine]').length < count, known.length);
    await eventually(() => tiles.count(), (found) => found >= 1);
    await search.fill('no such machine');
    await tiles.first().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '顯示全部設備' }).click();
    await tiles.first().waitFor();
    await eventually(() => tiles.count(), known.length);
    await page.locator('main button[aria-pressed="false"]').first().click();
    await page.waitForFunction(() => new Set([...document.querySelectorAll('article[data-machine]')].map((tile) => tile.dataset.state)).size === 1);
    await close();
  });

  it('the language is switched in the header and remembered', async () => {
    const { page, close } = await openPage(browser, server.url);
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await page.getByText(words.en.utilization).first().waitFor();
    await eventually(() => page.evaluate(() => document.documentElement.lang), 'en');
    await page.reload();
    await page.getByText(words.en.utilization).first().waitFor();
    await close();
  });

  it('a cut wire shows a banner with the age, greys the floor, and heals by itself', async () => {
    const wire = await startProxy(server.url);
    const { page, close } = await openPage(browser, wire.url);
    await page.locator('article[data-machine]').first().waitFor();
    await live(page);
    await settled(page);
    wire.cut();
    await page.getByText(words['zh-TW'].lost).waitFor();
    const clockOf = () => page.locator('article [class*="duration"]').first().textContent();
    const stopped = await clockOf();
    const shown = await eventually(() => page.textContent('[role="alert"]'), /\d+ (秒|分)/);
    await page.waitForFunction((then) => document.querySelector('[role="alert"]').textContent !== then, shown, { polling: 200 });
    assert.equal(await clockOf(), stopped, 'a state does not grow while nothing is heard');
    await screenshot(page, 'floor-broken');
    await checkPage(page, 'broken floor');
    wire.mend();
    await page.getByText(words['zh-TW'].lost).waitFor({ state: 'detached' });
    await page.waitForFunction((then) => document.querySelector('article [class*="duration"]')?.textContent !== then, stopped, { polling: 200 });
    await close();
    await wire.stop();
  });

  it('a page opened while the box does not answer shows why, and fills by itself', async () => {
    const { page, close } = await openPage(browser, 'about:blank');
    await page.route('**/api/v1/**', (route) => route.abort());
    await page.goto(server.url);
    await page.getByText('連不到主機').waitFor();
    await page.unroute('**/api/v1/**');
    await page.locator('article[data-machine]').first().waitFor();
    await close();
  });

  it('an unknown machine and an unknown page say so and lead back', async () => {
    for (const path of ['/machines/no-such-machine', '/nowhere']) {
      const { page, close } = await openPage(browser, server.url + path);
      await page.getByRole('link', { name: '回到總覽' }).click();
      await page.locator('article[data-machine]').first().waitFor();
      await close();
    }
  });

  it('the timeline zooms, pans and tells by mouse and by keyboard', async () => {
    const [machine] = await machines();
    // A window that is over: a live one would move while it is looked at.
    const now = Date.parse((await (await fetch(`${server.url}/api/v1/site`)).json()).now);
    const span = `from=${new Date(now - 86_400_000).toISOString()}&to=${new Date(now - 1000).toISOString()}`;
    const { page, faults, close } = await openPage(browser, `${server.url}/machines/${machine.id}?${span}`);
    const frame = page.locator('[data-timeline] [role="application"]');
    await frame.waitFor();
    const shown = async () => (await frame.getAttribute('aria-label')).slice(0, 60);
    const becomes = (what, before) =>
      page.waitForFunction(([same, text]) => document.querySelector('[data-timeline] [role="application"]').ariaLabel.startsWith(text) === same, [what === 'same', before]);
    const whole = await shown();
    await page.getByRole('button', { name: '放大', exact: true }).click();
    await becomes('other', whole);
    const zoomed = await shown();
    await frame.focus();
    await page.keyboard.press('ArrowLeft');
    await becomes('other', zoomed);
    await page.keyboard.press('0');
    await becomes('same', whole);
    await settled(page);
    const box = await frame.boundingBox();
    await page.mouse.move(box.x + box.width / 2, box.y + 50);
    await page.locator('[data-timeline] [role="application"] [role="status"]').waitFor();
    await page.mouse.wheel(0, -400);
    await becomes('other', whole);
    await screenshot(page, 'timeline-zoomed');
    await page.locator('[data-timeline] summary').click();
    await page.locator('[data-timeline] details table').waitFor();
    await checkPage(page, 'timeline with its list');
    await frame.focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('.');
    await page.locator('[data-timeline] [role="application"] [role="status"]').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  describe('with the pretended plant', { skip: process.env.SPINDLE_URL ? 'a real plant is not told what to do' : false }, () => {
    it('events change state, parts and values without a reload', async () => {
      const { page, close } = await openPage(browser, server.url);
      const tile = page.locator('article[data-machine="vmc-2"]');
      await tile.waitFor();
      await live(page);
      server.mock.setState('vmc-2', 'run');
      await page.locator('article[data-machine="vmc-2"][data-state="run"]').waitFor();
      const before = await tile.locator('dd').nth(1).textContent();
      server.mock.addPart('vmc-2');
      await page.waitForFunction((then) => document.querySelector('article[data-machine="vmc-2"] dl div:nth-child(2) dd').textContent !== then, before);
      server.mock.setState('vmc-2', 'idle');
      await page.locator('article[data-machine="vmc-2"][data-state="idle"]').waitFor();
      await close();
    });

    it('80,000 intervals are drawn, zoomed and told', async () => {
      const { page, close } = await openPage(browser, `${server.url}/machines/press-1?window=30d`);
      const frame = page.locator('[data-timeline] [role="application"]');
      await frame.waitFor();
      const label = () => frame.getAttribute('aria-label');
      await eventually(async () => Number(/共 (\d+) 段/.exec(await label())[1]), (found) => found > 80_000, 'the number of intervals');
      await settled(page);
      await screenshot(page, 'timeline-month');
      const whole = await label();
      await page.getByRole('button', { name: '放大', exact: true }).click();
      await page.waitForFunction((before) => document.querySelector('[data-timeline] [role="application"]').ariaLabel !== before, whole);
      await close();
    });

    it('every connection trouble is told on its page', async () => {
      for (const [id, text] of [['oven-1', 'connection timed out after 3 s'], ['press-2', 'hr:400'], ['lathe-2', 'device clock is 184.2 s ahead']]) {
        const { page, faults, close } = await openPage(browser, `${server.url}/machines/${id}`);
        await page.getByText(text).first().waitFor();
        await page.getByRole('button', { name: '立即重試' }).click();
        await page.getByText('已要求立即重新連線').waitFor();
        await screenshot(page, `connection-${id}`);
        await checkPage(page, id);
        assert.deepEqual(faults, []);
        await close();
      }
    });

    it('problems of the box and a recomputation are shown on every page, and go away', async () => {
      const { page, close } = await openPage(browser, server.url);
      await page.locator('article[data-machine]').first().waitFor();
      server.mock.setStatus({
        problems: [
          { severity: 'error', code: 'disk_full', what: '/var/lib/spindle: 磁碟已滿，新資料暫時無法寫入；請清出空間或縮短保存天數' },
          { severity: 'warning', code: 'history_damaged', what: 'history.sqlite: 3 blocks fail their checksum and were set aside' },
        ],
        recompute: { running: true, machine: 'vmc-1', done: 412_000, total: 1_200_000 },
      });
      await page.getByText('磁碟已滿').waitFor();
      await screenshot(page, 'floor-problems');
      await checkPage(page, 'problems');
      server.mock.setStatus({});
      await page.getByText('磁碟已滿').waitFor({ state: 'detached' });
      await close();
    });

    it('an empty plant says what to do, and fills by itself', async () => {
      server.mock.setEmpty(true);
      const { page, close } = await openPage(browser, server.url);
      await page.locator('[data-empty]').waitFor();
      await screenshot(page, 'floor-empty');
      await checkPage(page, 'empty floor');
      server.mock.setEmpty(false);
      await page.locator('article[data-machine]').first().waitFor();
      await close();
    });

    it('a server that does not answer is an error with a way to try again', async () => {
      const { page, close } = await openPage(browser, server.url);
      await page.locator('article[data-machine]').first().waitFor();
      await page.route('**/api/v1/machines/vmc-1*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"title":"Overloaded","detail":"too many requests at once"}' }));
      await page.getByRole('link', { name: '立式加工機 1', exact: true }).click();
      await page.getByText('too many requests at once').waitFor();
      await screenshot(page, 'machine-error');
      await page.getByRole('button', { name: '重試' }).click();
      await page.getByText('too many requests at once').waitFor();
      await page.unroute('**/api/v1/machines/vmc-1*');
      await page.locator('canvas').first().waitFor(); // asked for again by itself
      await close();
    });
  });
});
