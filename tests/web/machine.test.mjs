// The machine page in a real browser: lanes, trends, windows, what was known at an instant, bookings.
// As pages.test.mjs: against SPINDLE_URL, or the pretended plant.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkPage, eventually, openPage, screenshot, settled, startBrowser, startServer, whyNot } from './browser.mjs';

const skip = whyNot() ?? false;
const looks = [
  { width: 390, height: 844, language: 'zh-TW', scheme: 'light', touch: true },
  { width: 820, height: 1180, language: 'en', scheme: 'dark', touch: true },
  { width: 1440, height: 900, language: 'zh-TW', scheme: 'light' },
  { width: 1920, height: 1080, language: 'en', scheme: 'dark' },
];
const nameOf = ({ width, language, scheme }) => `${width}-${language}-${scheme}`;

describe('the machine page', { skip, concurrency: false }, () => {
  let browser;
  let server;
  let machine;
  let now;
  before(async () => {
    [browser, server] = await Promise.all([startBrowser(), startServer()]);
    const get = async (path) => (await fetch(`${server.url}/api/v1${path}`)).json();
    const all = (await get('/machines?signals=true')).items;
    machine = all.find(({ signals, state }) => state !== 'offline' && signals.filter(({ type }) => /float|int/.test(type)).length >= 2);
    now = Date.parse((await get('/site')).now);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const at = (hoursAgo) => new Date(now - hoursAgo * 3_600_000).toISOString();
  const numeric = () => machine.signals.find(({ type }) => /float/.test(type)).id;
  const text = () => machine.signals.find(({ type }) => type === 'text' || type === 'bool').id;
  // A window that is over: a live one would move while it is looked at.
  const past = () => `from=${at(6)}&to=${at(1)}`;
  const open = (query = past(), look = looks[2]) => openPage(browser, `${server.url}/machines/${machine.id}?${query}`, look);
  const lanes = (page) => page.locator('[data-timeline] [role="application"]').getAttribute('data-lanes');

  for (const look of looks)
    it(`shows timeline, trends, figures and signals (${nameOf(look)})`, async () => {
      const { page, faults, close } = await open(`${past()}&signals=${numeric()},${text()}`, look);
      await page.locator('[data-timeline] canvas').waitFor();
      await page.locator('[data-trends] canvas').waitFor();
      await page.locator('[data-figure="oee"]').waitFor();
      await page.locator('[data-waterfall] [data-row="pbt"]').waitFor();
      await settled(page);
      await screenshot(page, `machine-full-${nameOf(look)}`);
      await checkPage(page, `machine ${nameOf(look)}`);
      assert.deepEqual(faults, []);
      await close();
    });

  it('lanes are chosen, and the address remembers them', async () => {
    const { page, faults, close } = await open();
    await page.locator('[data-timeline] canvas').waitFor();
    await eventually(() => lanes(page), /^state .*parts/);
    await page.getByRole('button', { name: '軌道' }).click();
    await page.getByRole('checkbox', { name: '生產數', exact: true }).uncheck();
    await page.locator('[role="dialog"]').getByRole('checkbox', { name: new RegExp(`^${numeric()}( |$)`) }).check();
    await page.waitForURL(/signals=/);
    await page.keyboard.press('Escape');
    await page.reload();
    await page.locator('[data-timeline] canvas').waitFor();
    await eventually(() => lanes(page), (shown) => !shown.split(' ').includes('parts') && shown.split(' ').includes(`s:${numeric()}`));
    assert.deepEqual(faults, []);
    await close();
  });

  it('a click on a moment tells what was known then, and back closes it', async () => {
    const { page, faults, close } = await open();
    const frame = page.locator('[data-timeline] [role="application"]');
    await frame.waitFor();
    await settled(page);
    const box = await frame.boundingBox();
    await page.mouse.click(box.x + box.width / 3, box.y + 60);
    const panel = page.locator('[data-known]');
    await panel.locator('[data-known-signal]').first().waitFor();
    await eventually(() => panel.locator('[data-known-signal]').count(), machine.signals.length);
    await page.waitForURL(/at=/);
    await settled(page);
    await screenshot(page, 'machine-known');
    await checkPage(page, 'known at an instant');
    const before = await panel.locator('strong').first().textContent();
    await panel.getByRole('button', { name: /^\+ 1 分$/ }).click();
    await page.waitForFunction((then) => document.querySelector('[data-known] strong').textContent !== then, before);
    await page.goBack();
    await panel.waitFor({ state: 'detached' });
    assert.deepEqual(faults, []);
    await close();
  });

  it('the keyboard steps through intervals and asks about one', async () => {
    const { page, close } = await open();
    const frame = page.locator('[data-timeline] [role="application"]');
    await frame.focus();
    await page.keyboard.press('.');
    await frame.locator('[role="status"]').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('[data-known] [data-known-signal]').first().waitFor();
    await page.keyboard.press('Escape');
    await page.locator('[data-known]').waitFor({ state: 'detached' });
    await close();
  });

  it('zooming the timeline zooms the trends, and the view can become the window', async () => {
    const { page, faults, close } = await open();
    const span = (where) => page.locator(`${where} [role="application"]`).first().getAttribute('aria-label').then((label) => /\d{4}-\S+ \S+/.exec(label)[0]);
    await page.locator('[data-trends] [role="application"]').waitFor();
    await settled(page);
    const whole = await span('[data-trends]');
    await page.locator('[data-timeline]').getByRole('button', { name: '放大', exact: true }).click();
    await page.waitForFunction((then) => !document.querySelector('[data-trends] [role="application"]').ariaLabel.includes(then), whole);
    await eventually(async () => (await span('[data-trends]')) === (await span('[data-timeline]')), true, 'the trends show what the timeline shows');
    await page.locator('[data-trends] [role="application"]').focus();
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction(() => {
      const first = (where) => /\d{4}-\S+ \S+/.exec(document.querySelector(`${where} [role="application"]`).ariaLabel)[0];
      return first('[data-trends]') === first('[data-timeline]');
    });
    const address = page.url();
    await page.locator('[data-timeline]').getByRole('button', { name: '以目前檢視範圍為時間範圍' }).click();
    await page.waitForFunction((then) => location.href !== then, address);
    assert.deepEqual(faults, []);
    await close();
  });

  it('windows know shifts, page to and fro, and a live one can be held', async () => {
    const { page, faults, close } = await open('window=shift');
    await page.locator('[data-timeline] canvas').waitFor();
    const shown = () => page.locator('[data-window-shown]').textContent();
    const first = await shown();
    await page.locator('button[data-page="-1"]').click();
    await page.waitForURL(/shift=/);
    await page.waitForFunction((then) => document.querySelector('[data-window-shown]').textContent !== then, first);
    await eventually(() => page.locator('button[data-page="1"]').isDisabled(), false);
    await page.getByRole('button', { name: '1 小時', exact: true }).click();
    const follows = page.locator('button[data-follows="true"]');
    await follows.click();
    await page.locator('button[data-follows="false"]').click();
    await follows.waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  it('a window is picked in the plant\'s zone, and mistakes are named', async () => {
    const { page, close } = await open('window=1h');
    await page.getByRole('button', { name: '自訂' }).click();
    await page.getByLabel('開始時間').fill('');
    await page.getByRole('button', { name: '套用' }).click();
    await page.getByText('請選擇日期與時間').waitFor();
    await page.getByLabel('開始時間').fill('2024-03-13T08:00');
    await page.getByLabel('結束時間').fill('2024-03-13T07:00');
    await page.getByRole('button', { name: '套用' }).click();
    await page.getByText('結束時間必須晚於開始時間').waitFor();
    await page.getByLabel('開始時間').fill('2023-03-13T08:00');
    await page.getByLabel('結束時間').fill('2024-03-13T07:00');
    await page.getByRole('button', { name: '套用' }).click();
    await page.getByText('最長 92 天').waitFor();
    await checkPage(page, 'custom window');
    await page.getByLabel('開始時間').fill('2024-03-13T08:00');
    await page.getByLabel('結束時間').fill('2024-03-13T17:00');
    await page.getByRole('button', { name: '套用' }).click();
    await page.waitForURL(/from=2024-03-13T00%3A00%3A00\.000Z&to=2024-03-13T09%3A00%3A00\.000Z/);
    await close();
  });

  it('the last hour of a signal comes on demand, and leads to the signals page', async () => {
    const { page, faults, close } = await open();
    const row = page.locator(`tr[data-signal="${numeric()}"]`);
    await row.getByRole('button').click();
    await row.locator('svg[role="img"]').waitFor();
    await row.getByRole('link').click();
    await page.waitForURL(/\/signals\?s=/);
    await page.locator('[data-compare] canvas').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  it('a trend without an answer says so, and the rest of the page goes on', async () => {
    const { page, close } = await openPage(browser, 'about:blank');
    await page.route('**/api/v1/history?*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"title":"Overloaded","detail":"too many requests at once"}' }));
    await page.goto(`${server.url}/machines/${machine.id}?${past()}`);
    await page.locator('[data-trends]').getByText('too many requests at once').waitFor();
    await page.locator('[data-figure="oee"]').waitFor();
    await close();
  });

  describe('with the pretended plant', { skip: process.env.SPINDLE_URL ? 'a real plant is not told what to do' : false }, () => {
    it('a state is booked in two taps, taken back, booked again and ended', async () => {
      const { page, faults, close } = await openPage(browser, `${server.url}/machines/grinder-1`, looks[0]);
      const booking = page.locator('[data-booking]');
      await booking.getByRole('button', { name: '登錄狀態' }).click();
      await page.locator('[data-book^="setup"]').first().waitFor();
      await settled(page);
      await screenshot(page, 'machine-booking');
      await page.locator('[data-book^="setup"]').first().click();
      await page.locator('[data-booking="setup"]').waitFor();
      await page.getByRole('button', { name: '復原' }).click();
      await page.locator('[data-booking="none"]').waitFor();
      await booking.getByRole('button', { name: '登錄狀態' }).click();
      await page.locator('[data-book="maint"]').click();
      await page.locator('[data-booking="maint"]').waitFor();
      await page.getByRole('button', { name: '結束登錄' }).click();
      await page.locator('[data-booking="none"]').waitFor();
      assert.deepEqual(faults, []);
      await close();
    });

    it('a figure that lacks something says what, and leads to where it is set', async () => {
      const { page, close } = await openPage(browser, `${server.url}/machines/press-2?window=24h`);
      await page.locator('[data-figure="quality"]').getByText('good_count').waitFor();
      await page.getByRole('link', { name: '到設備設定' }).first().click();
      await page.waitForURL(/\/connections\/press-2/);
      await close();
    });

    it('80,000 intervals with lanes and trends are drawn at each step of the zoom', async () => {
      const { page, close } = await openPage(browser, `${server.url}/machines/press-1?window=30d&signals=power,running`);
      const frame = page.locator('[data-timeline] [role="application"]');
      await frame.waitFor();
      await page.locator('[data-trends] canvas').waitFor();
      await settled(page);
      const count = await eventually(async () => Number(/共 (\d+) 段/.exec(await frame.getAttribute('aria-label'))[1]), (found) => found > 80_000);
      const box = await frame.boundingBox();
      await frame.focus();
      const frames = await page.evaluate(async ([x, y]) => {
        const target = document.querySelector('[data-timeline] [role="application"]');
        const times = [];
        for (let i = 0; i < 60; ++i) {
          const started = performance.now();
          target.dispatchEvent(new WheelEvent('wheel', { deltaY: i < 30 ? -40 : 40, ctrlKey: true, clientX: x, clientY: y, bubbles: true, cancelable: true }));
          await new Promise(requestAnimationFrame);
          times.push(performance.now() - started);
        }
        return times.sort((a, b) => a - b);
      }, [box.x + 400, box.y + 50]);
      const median = frames[frames.length >> 1];
      console.log(`  ${count} intervals, 2 lanes, trends: median frame ${median.toFixed(1)} ms, slowest ${frames.at(-1).toFixed(1)} ms`);
      await close();
    });
  });
});
