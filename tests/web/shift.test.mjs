// The shift view, against the pretended plant: at 14:05 of a day shift from 08:00 to 17:00.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkPage, eventually, openPage, screenshot, settled, startBrowser, startPlant, whyNot } from './browser.mjs';

const skip = process.env.SPINDLE_URL ? 'needs a plant whose shifts are known' : (whyNot() ?? false);

describe('the shift view', { skip, concurrency: false }, () => {
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

  const open = (path = '/shift', look = {}) => openPage(browser, plant.url + path, look);
  const rows = (page) => page.locator('article[data-machine]');

  it('has a row a machine, each with its bar, and leads to the machine at that window', async () => {
    const { page, faults, close } = await open();
    await rows(page).first().waitFor();
    const { items } = await (await fetch(`${plant.url}/api/v1/machines`)).json();
    await eventually(() => rows(page).count(), items.length);
    await eventually(() => page.locator('h1').textContent(), '日班');
    await page.getByText('進行中').first().waitFor();
    const bar = page.locator('article[data-machine="vmc-1"] [role="img"]').first();
    await eventually(() => bar.getAttribute('aria-label'), /加工中 \d+ 分/);
    await settled(page);
    await screenshot(page, 'shift');
    await page.getByRole('link', { name: '立式加工機 1', exact: true }).click();
    await page.waitForURL(/machines\/vmc-1\?.*from=2024-03-14T00%3A00%3A00\.000Z.*to=2024-03-14T09%3A00%3A00\.000Z/);
    assert.deepEqual(faults, []);
    await close();
  });

  it('leaves empty what is to come, and stripes what is not known', async () => {
    const { page, close } = await open();
    const bar = page.locator('article[data-machine="oven-1"] canvas');
    await bar.waitFor();
    await settled(page);
    const read = (canvas) => {
      const { width, height } = canvas;
      const row = canvas.getContext('2d').getImageData(0, Math.floor(height / 2), width, 1).data;
      const at = (share) => [...row.slice(Math.floor(share * width) * 4, Math.floor(share * width) * 4 + 4)];
      return { ahead: at(0.9), grey: [0.6, 0.62, 0.64, 0.66].map(at) };
    };
    const drawn = ({ grey }) => grey.every(([, , , alpha]) => alpha === 255);
    const painted = await eventually(() => bar.evaluate(read), drawn, 'the past');
    assert.equal(painted.ahead[3], 0, 'the future is drawn');
    for (const [red, green, blue] of painted.grey)
      assert.ok(Math.max(red, green, blue) - Math.min(red, green, blue) < 30, `unknown time has the colour ${red},${green},${blue}`);
    await close();
  });

  it('goes back and forth by shifts and days, and keeps where it is in the address', async () => {
    const { page, close } = await open();
    await rows(page).first().waitFor();
    await page.getByRole('link', { name: '上一班' }).click();
    await page.waitForURL(/day=2024-03-13/);
    await page.getByText('已結束').waitFor();
    await page.getByRole('link', { name: '回到目前' }).click();
    await page.waitForURL((url) => !url.search.includes('day='));
    await page.getByLabel('日期').fill('2024-03-10'); // A Sunday: nobody works.
    await page.waitForURL(/day=2024-03-10/);
    await page.getByRole('heading', { name: '全日' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: '日班' }).waitFor();
    await close();
  });

  it('of a day that is still to come says so and asks for nothing', async () => {
    const { page, faults, close } = await open('/shift?day=2024-03-15');
    await page.getByText('這個班別尚未開始').waitFor();
    assert.equal(await rows(page).count(), 0);
    assert.deepEqual(faults, []);
    await close();
  });

  it('shows one group, and an address that makes no sense shows the present shift', async () => {
    const { page, close } = await open('/shift?day=yesterday&tab=9&group=二廠');
    await rows(page).first().waitFor();
    await eventually(() => page.locator('h1').textContent(), '日班');
    await eventually(() => page.locator('article[data-machine="vmc-1"]').count(), 0);
    await page.getByLabel('群組').selectOption('一廠/A線');
    await page.locator('article[data-machine="vmc-1"]').waitFor();
    await eventually(() => rows(page).count(), 3);
    await close();
  });

  for (const look of [{}, { width: 390, height: 844, touch: true, scheme: 'dark', language: 'en' }])
    it(`writes made, planned and the difference hour by hour (${look.width ?? 1440} px)`, async () => {
      const { page, faults, close } = await open('/shift?tab=hours', look);
      const row = page.locator('tr[data-machine="vmc-1"]');
      await row.waitFor();
      await eventually(() => row.locator('td').count(), 10);
      const cell = row.locator('td').nth(1);
      const written = /^(\d+)\/ (\d+)[▼▲✓] ([−+]?\d+)/;
      const [, made, planned, difference] = written.exec(await eventually(() => cell.textContent(), written));
      assert.equal(Number(difference.replace('−', '-')), Number(made) - Number(planned));
      await eventually(() => row.locator('td[data-kind="running"]').count(), 1);
      await eventually(() => row.locator('td[data-kind="ahead"]').count(), 2);
      await settled(page);
      await screenshot(page, `shift-hours-${look.width ?? 1440}`);
      await checkPage(page, 'hours');
      assert.deepEqual(faults, []);
      await close();
    });

  it('without shifts shows the day of the plant', async () => {
    const { page, close } = await open('/alarms');
    const day = { name: '', business_date: '2024-03-14', from: '2024-03-13T16:00:00.000Z', to: '2024-03-14T16:00:00.000Z', breaks: [] };
    await page.route('**/api/v1/shifts/current*', (route) => route.fulfill({ json: { shift: day, previous: null, next: null, always: true } }));
    await page.route('**/api/v1/shifts?*', (route) => route.fulfill({ json: { always: true, items: [] } }));
    await page.goto(`${plant.url}/shift`);
    await page.getByRole('heading', { name: '全日' }).waitFor();
    await rows(page).first().waitFor();
    await page.getByRole('link', { name: '上一班' }).click();
    await page.waitForURL(/day=2024-03-13/);
    await close();
  });

  it('that can not be loaded says why, and loads again when asked', async () => {
    const { page, close } = await open('/alarms');
    await page.route('**/api/v1/overview?*', (route) => route.fulfill({ status: 422, json: { title: 'Invalid input', detail: 'no such plan' } }));
    await page.goto(`${plant.url}/shift`);
    await page.getByText('no such plan').waitFor();
    await page.unroute('**/api/v1/overview?*');
    await page.getByRole('button', { name: '重試' }).click();
    await rows(page).first().waitFor();
    await close();
  });

  it('that one may not see says so', async () => {
    const { page, close } = await open('/alarms');
    await page.route('**/api/v1/overview?*', (route) => route.fulfill({ status: 403, json: { title: 'Forbidden', detail: '' } }));
    await page.goto(`${plant.url}/shift`);
    await page.locator('[data-empty]').waitFor();
    await close();
  });
});
