// The board on the wall, against the pretended plant.

import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, describe, it } from 'node:test';
import { checkPage, eventually, openPage, screenshot, settled, startBrowser, startPlant, whyNot } from './browser.mjs';
import { startProxy } from './proxy.mjs';

const skip = process.env.SPINDLE_URL ? 'a real plant is not told what to do' : (whyNot() ?? false);
const walls = [{ width: 1920, height: 1080 }, { width: 3840, height: 2160 }];

describe('the board', { skip, concurrency: false }, () => {
  let browser;
  let plant;
  before(async () => void (browser = await startBrowser()));
  after(() => browser?.close());
  beforeEach(async () => void (plant = await startPlant()));
  afterEach(() => plant.stop());

  const open = (path = '/board', look = walls[0]) => openPage(browser, plant.url + path, look);
  const shown = (page) => page.locator('[data-screen]').getAttribute('data-screen');
  const turnedFrom = (page, key) => page.waitForFunction((before) => document.querySelector('[data-screen]')?.dataset.screen !== before, key);

  for (const wall of walls)
    for (const name of ['floor', 'shift', 'plant', 'alarms'])
      it(`can be read from five metres: ${name} at ${wall.width} px`, async () => {
        const { page, faults, close } = await open(`/board?pages=${name}&theme=dark`, { ...wall, language: wall.width === 3840 ? 'en' : 'zh-TW' });
        await page.locator('[data-screen] [data-digits]').first().waitFor();
        await settled(page);
        const found = await page.evaluate(() => {
          const context = document.createElement('canvas').getContext('2d');
          const digits = [...document.querySelectorAll('[data-digits]')].filter((each) => /\d/.test(each.textContent));
          const heights = digits.map((each) => {
            const { fontSize, fontWeight, fontFamily } = getComputedStyle(each);
            context.font = `${fontWeight} ${fontSize} ${fontFamily}`;
            return context.measureText('0').actualBoundingBoxAscent;
          });
          const cut = digits.filter((each) => {
            const { left, right, top, bottom } = each.getBoundingClientRect();
            return left < 0 || right > innerWidth || top < 0 || bottom > innerHeight;
          });
          return {
            least: Math.min(...heights) / innerHeight,
            cut: cut.map((each) => each.textContent),
            machines: document.querySelectorAll('[data-machine]').length,
            scrolls: document.documentElement.scrollHeight > innerHeight || document.documentElement.scrollWidth > innerWidth,
          };
        });
        assert.ok(found.least >= 1 / 15, `digits are 1/${(1 / found.least).toFixed(1)} of the height`);
        assert.deepEqual(found.cut, []);
        assert.ok(found.machines <= 8, `${found.machines} machines on one screen`);
        assert.equal(found.scrolls, false);
        await page.locator('[data-age]').waitFor();
        await page.locator('header time').waitFor();
        await screenshot(page, `board-${name}-${wall.width}`);
        await checkPage(page, `board ${name}`);
        assert.deepEqual(faults, []);
        await close();
      });

  it('turns by itself, by the keys, and stands while it is paused', async () => {
    const { page, close } = await open('/board?pages=floor,plant&turn=5');
    await page.locator('[data-machine]').first().waitFor();
    const first = await shown(page);
    await turnedFrom(page, first);
    await page.keyboard.press('Space');
    await page.getByText('已暫停輪播').waitFor();
    const paused = await shown(page);
    await page.keyboard.press('ArrowRight');
    await turnedFrom(page, paused);
    await page.keyboard.press('ArrowLeft');
    await page.waitForFunction((key) => document.querySelector('[data-screen]').dataset.screen === key, paused);
    await close();
  });

  it('shows every machine within one round, and none twice', async () => {
    const { page, close } = await open('/board?pages=floor&turn=600');
    await page.locator('[data-machine]').first().waitFor();
    const seen = [];
    const first = await shown(page);
    do {
      seen.push(...(await page.locator('[data-machine]').evaluateAll((all) => all.map((each) => each.dataset.machine))));
      const key = await shown(page);
      await page.keyboard.press('ArrowRight');
      await turnedFrom(page, key);
    } while ((await shown(page)) !== first);
    const { items } = await (await fetch(`${plant.url}/api/v1/machines`)).json();
    assert.deepEqual(seen.sort(), items.map(({ id }) => id).sort());
    await close();
  });

  it('stops on a new alarm until somebody acknowledges it', async () => {
    const { page, close } = await open('/board?pages=plant&turn=5');
    await page.locator('[data-screen="plant"] [data-digits]').first().waitFor();
    await page.waitForResponse(/alarms\?.*active=true/);
    plant.raise('lathe-1', { code: '7001', text: '卡盤壓力不足' });
    await page.locator('[data-screen="alarms"] [data-fresh]').waitFor();
    await page.getByText('新警報，停止輪播').waitFor();
    await page.getByText('卡盤壓力不足').waitFor();
    const id = await page.locator('[data-fresh]').getAttribute('data-alarm');
    await fetch(`${plant.url}/api/v1/alarms/${encodeURIComponent(id)}/ack`, { method: 'POST', body: '{}' });
    await page.locator('[data-screen="plant"]').waitFor();
    await close();
  });

  it('greys out and says so once its data is old, and heals by itself', async () => {
    const wire = await startProxy(plant.url);
    const { page, close } = await openPage(browser, `${wire.url}/board?pages=floor`, walls[0]);
    await page.locator('[data-machine]').first().waitFor();
    assert.equal(await page.locator('[data-stale]').count(), 0);
    wire.cut();
    await page.locator('[data-board][data-stale]').waitFor();
    await eventually(() => page.locator('[data-age]').textContent(), /連線中斷，顯示 [3-9]\d 秒前的資料/);
    await screenshot(page, 'board-stale');
    wire.mend();
    await page.locator('[data-board]:not([data-stale])').waitFor();
    await close();
    await wire.stop();
  });

  it('shows its settings to a hand, keeps them in the address, and hides them and the pointer again', async () => {
    const { page, faults, close } = await open('/board?pages=floor');
    await page.locator('[data-machine]').first().waitFor();
    assert.equal(await page.locator('[data-board-panel]').count(), 0);
    await eventually(() => page.locator('[data-board]').evaluate((board) => getComputedStyle(board).cursor), 'none');
    await page.mouse.move(500, 500);
    const panel = page.locator('[data-board-panel]');
    await panel.waitFor();
    await settled(page);
    await screenshot(page, 'board-panel');
    await checkPage(page, 'board panel');
    await panel.getByLabel('全廠指標').check();
    await page.waitForURL(/pages=floor%2Cplant/);
    await panel.getByText('30 秒', { exact: true }).click();
    await page.waitForURL(/turn=30/);
    await panel.getByText('深色').click();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor();
    await panel.getByText('English').click();
    await panel.getByRole('button', { name: 'Full screen' }).waitFor();
    await page.keyboard.press('Escape');
    await page.evaluate(() => document.activeElement?.blur());
    await page.mouse.move(10, 10);
    await panel.waitFor({ state: 'detached' });
    assert.deepEqual(faults, []);
    await close();
  });
});
