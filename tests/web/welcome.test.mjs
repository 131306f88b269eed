// The first run in a real browser: from nothing to a first true tile, on a pretended plant that is
// empty.

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { checkPage, eventually, openPage, screenshot, settled, startBrowser, startPlant, whyNot } from './browser.mjs';

const skip = whyNot() ?? false;
const looks = [
  { width: 390, height: 844, language: 'zh-TW', scheme: 'light', touch: true },
  { width: 820, height: 1180, language: 'en', scheme: 'dark', touch: true },
  { width: 1440, height: 900, language: 'zh-TW', scheme: 'light' },
];
const nameOf = ({ width, language, scheme }) => `${width}-${language}-${scheme}`;

describe('the first run', { skip, concurrency: false }, () => {
  let browser;
  let plant;
  before(async () => {
    browser = await startBrowser();
  });
  beforeEach(async () => {
    plant = await startPlant();
    plant.setEmpty(true);
  });
  afterEach(() => plant?.stop());
  after(() => browser?.close());

  const open = (path, look = looks[2]) => openPage(browser, `${plant.url}${path}`, look);
  const settings = async () => (await fetch(`${plant.url}/api/v1/plant`)).json();
  const next = (page) => page.locator('[data-action="next"]').click();
  const current = (page, step) => page.locator(`[data-step="${step}"][aria-current="step"]`).waitFor();

  for (const look of looks)
    it(`leads from nothing to a first true tile (${nameOf(look)})`, async () => {
      const began = Date.now();
      const { page, faults, close } = await open('/', look);
      await page.locator('[data-first-run] a').click();
      const look_at = async (step) => {
        await settled(page);
        await screenshot(page, `welcome-${step}-${nameOf(look)}`);
        await checkPage(page, `welcome ${step} ${nameOf(look)}`);
      };
      await current(page, 'site');
      await page.locator('[data-path="/site/name"]').fill('一廠機加課');
      await look_at('site');
      await next(page);
      await current(page, 'shifts');
      await page.locator('[data-pattern="two"]').click();
      await look_at('shifts');
      await next(page);
      await current(page, 'machine');
      await page.locator('form input').first().fill('http://192.0.2.60:5000/');
      await page.locator('[data-action="try"]').click();
      await page.locator('[data-test="ok"]').waitFor();
      await look_at('machine');
      await next(page);
      await page.locator('[data-welcome-done] [data-machine]:not([data-state="offline"])').waitFor();
      await look_at('done');
      const plantNow = await settings();
      assert.equal(plantNow.site.name, '一廠機加課');
      assert.equal(plantNow.calendar.shifts.length, 2);
      assert.equal(plantNow.machines, 1);
      assert.deepEqual(faults, []);
      console.log(`  first true tile after ${((Date.now() - began) / 1000).toFixed(1)} s (${nameOf(look)})`);
      await close();
    });

  it('a PLC needs only where it says that it runs and where it counts', async () => {
    const { page, close } = await open('/welcome?step=machine');
    await page.locator('form input').first().fill('192.0.2.20:502');
    await page.locator('[data-path$="/address"]').nth(0).fill('di:0');
    await page.locator('[data-path$="/address"]').nth(1).fill('hr:10');
    await page.locator('[data-action="try"]').click();
    await page.locator('[data-tested="parts"]').waitFor();
    await next(page);
    await page.locator('[data-welcome-done] [data-machine]').waitFor();
    await close();
  });

  it('a device that does not answer is told with its error, and nothing is saved', async () => {
    const { page, close } = await open('/welcome?step=machine');
    await page.locator('form input').first().fill('http://192.0.2.251:5000/');
    await page.locator('[data-action="try"]').click();
    await page.getByRole('alert').filter({ hasText: 'connection refused' }).waitFor();
    assert.equal((await settings()).machines, 0);
    await close();
  });

  it('can be left and come back to', async () => {
    const { page, close } = await open('/welcome');
    await page.locator('[data-path="/site/name"]').fill('一廠');
    await page.goto(`${plant.url}/`);
    await page.goto(`${plant.url}/welcome`);
    await eventually(() => page.locator('[data-path="/site/name"]').inputValue(), '一廠');
    await next(page);
    await current(page, 'shifts');
    await page.goto(`${plant.url}/welcome`);
    await current(page, 'shifts');
    await page.locator('[data-step="site"][data-done]').waitFor();
    await close();
  });

  it('every step can be skipped, and nothing is set then', async () => {
    const { page, close } = await open('/welcome');
    for (const step of ['site', 'shifts', 'machine']) {
      await current(page, step);
      await page.locator('[data-action="skip"]').click();
    }
    await page.locator('[data-welcome-done]').waitFor();
    assert.equal((await settings()).set_up, false);
    await close();
  });

  it('asks for a name before it goes on', async () => {
    const { page, close } = await open('/welcome');
    await current(page, 'site');
    await page.keyboard.press('Enter');
    await page.locator('[data-path="/site/name"][aria-invalid="true"]').waitFor();
    await close();
  });
});
