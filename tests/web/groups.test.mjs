// Figures of groups and of the plant, against the pretended plant.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkPage, eventually, openPage, screenshot, settled, startBrowser, startPlant, whyNot } from './browser.mjs';

const skip = process.env.SPINDLE_URL ? 'needs groups that are known' : (whyNot() ?? false);

describe('groups and the plant', { skip, concurrency: false }, () => {
  let browser;
  let plant;
  before(async () => {
    browser = await startBrowser();
    plant = await startPlant();
  });
  after(async () => {
    await browser?.close();
    await plant?.stop();
  });

  const open = (path, look = {}) => openPage(browser, plant.url + path, look);

  for (const look of [{}, { width: 390, height: 844, touch: true, scheme: 'dark', language: 'en' }])
    it(`the plant shows its figures, where the time went, and every machine (${look.width ?? 1440} px)`, async () => {
      const { page, faults, close } = await open('/plant', look);
      await page.locator('[data-figure="availability"]').waitFor();
      await page.locator('tr[data-machine]').first().waitFor();
      const { items } = await (await fetch(`${plant.url}/api/v1/machines`)).json();
      await eventually(() => page.locator('tr[data-machine]').count(), items.length);
      await eventually(() => page.locator('li[data-step]').evaluateAll((steps) => steps.map((step) => step.dataset.step)), ['calendar', 'planned', 'running', 'net', 'good']);
      await settled(page);
      await screenshot(page, `plant-${look.width ?? 1440}`);
      await checkPage(page, 'plant');
      assert.deepEqual(faults, []);
      await close();
    });

  it('a figure of a group opens its receipt', async () => {
    const { page, faults, close } = await open('/groups/%E4%B8%80%E5%BB%A0/A%E7%B7%9A');
    for (const figure of ['availability', 'oee', 'parts.total', 'utilization.calendar']) {
      await page.locator(`[data-figure="${figure}"]`).click();
      await page.locator('[role="dialog"] h3').first().waitFor();
      await page.keyboard.press('Escape');
      await page.locator('[role="dialog"]').waitFor({ state: 'detached' });
    }
    assert.deepEqual(faults, []);
    await close();
  });

  it('leads down to groups and up again, at the same window', async () => {
    const { page, close } = await open('/plant?window=today');
    const paths = page.getByRole('navigation', { name: '群組' });
    await paths.getByRole('link', { name: '一廠' }).click();
    await page.waitForURL(/groups\/%E4%B8%80%E5%BB%A0\?window=today/);
    await paths.getByRole('link', { name: 'B線' }).click();
    await page.waitForFunction(() => document.querySelectorAll('tr[data-machine]').length === 4);
    await eventually(() => page.locator('h1').textContent(), '一廠 / B線');
    await paths.getByRole('link', { name: '全廠' }).click();
    await page.waitForURL(/\/plant\?window=today/);
    await page.goBack();
    await page.getByRole('heading', { name: '一廠 / B線' }).waitFor();
    await close();
  });

  it('sorts the machines, remembers how in the address, and leads to them at its window', async () => {
    const { page, close } = await open('/plant?window=yesterday&sort=name');
    await page.locator('tr[data-machine]').first().waitFor();
    const order = () => page.locator('tr[data-machine]').evaluateAll((all) => all.map((row) => row.dataset.machine));
    const before = await order();
    await page.getByRole('columnheader', { name: '稼動率' }).getByRole('button').click();
    await page.waitForURL(/sort=utilization/);
    await eventually(order, (now) => now.join() !== before.join());
    await page.locator('tr[data-machine="vmc-1"]').getByRole('link').click();
    await page.waitForURL(/machines\/vmc-1\?.*from=2024-03-12T16%3A00%3A00\.000Z.*to=2024-03-13T16%3A00%3A00\.000Z/);
    await close();
  });

  it('a group that is not there says so and leads on', async () => {
    const { page, close } = await open('/groups/nowhere');
    await page.getByText('這個群組沒有設備').waitFor();
    await page.getByRole('link', { name: '看全廠指標' }).click();
    await page.locator('[data-figure="availability"]').waitFor();
    await close();
  });
});
