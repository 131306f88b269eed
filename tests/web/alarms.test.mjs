// The alarm centre, against the pretended plant, which can be made to raise alarms.

import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, describe, it } from 'node:test';
import { checkPage, eventually, live, openPage, screenshot, settled, startBrowser, startPlant, whyNot } from './browser.mjs';

const skip = process.env.SPINDLE_URL ? 'a real plant is not told what to do' : (whyNot() ?? false);

describe('the alarm centre', { skip, concurrency: false }, () => {
  let browser;
  let plant;
  before(async () => void (browser = await startBrowser()));
  after(() => browser?.close());
  beforeEach(async () => void (plant = await startPlant()));
  afterEach(() => plant.stop());

  const open = (path = '/alarms', look = {}) => openPage(browser, plant.url + path, look);
  const active = (page) => page.locator('li[data-alarm]');

  it('shows an alarm as it comes, and one tap acknowledges it, another takes that back', async () => {
    const { page, faults, close } = await open();
    await active(page).first().waitFor();
    await live(page);
    const before = await active(page).count();
    plant.raise('lathe-1', { code: '7001', text: '卡盤壓力不足' });
    const mine = page.locator('li[data-alarm*=".7001"]');
    await mine.waitFor();
    await eventually(() => active(page).count(), before + 1);
    await eventually(() => mine.getAttribute('data-seen'), 'false');
    await mine.getByRole('button', { name: '確認警報：數控車床 1 卡盤壓力不足' }).click();
    await page.locator('li[data-alarm*=".7001"][data-seen="true"]').waitFor();
    await mine.getByText('值班人員').waitFor();
    await page.getByRole('button', { name: '復原' }).click();
    await page.locator('li[data-alarm*=".7001"][data-seen="false"]').waitFor();
    await mine.getByRole('button', { name: '確認警報：數控車床 1 卡盤壓力不足' }).click();
    await mine.getByRole('button', { name: '撤回確認：數控車床 1 卡盤壓力不足' }).click();
    await page.locator('li[data-alarm*=".7001"][data-seen="false"]').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  it('an acknowledgement that fails is taken back on the page, and says why', async () => {
    const { page, close } = await open();
    await page.route('**/ack?*', (route) => route.fulfill({ status: 503, contentType: 'application/problem+json', body: '{"title":"Overloaded","detail":"too many requests"}' }));
    const first = active(page).first();
    await first.getByRole('button', { name: /^確認警報/ }).click();
    await page.getByText('too many requests').waitFor();
    await eventually(() => first.getAttribute('data-seen'), 'false');
    await close();
  });

  it('filters by machine, group, level and state, keeps them in the address, and the back button undoes', async () => {
    const { page, close } = await open();
    await active(page).first().waitFor();
    const all = await active(page).count();
    await page.getByRole('button', { name: '警告', exact: true }).click();
    await page.waitForURL(/level=warning/);
    await page.waitForFunction((count) => document.querySelectorAll('li[data-alarm]').length < count, all);
    await eventually(() => page.locator('li[data-alarm][data-level="fault"]').count(), 0);
    await page.reload();
    await active(page).first().waitFor();
    await eventually(() => page.locator('li[data-alarm][data-level="fault"]').count(), 0);
    await page.goBack();
    await page.waitForFunction((count) => document.querySelectorAll('li[data-alarm]').length === count, all);
    await page.getByRole('combobox', { name: '範圍', exact: true }).selectOption('g二廠');
    await page.waitForURL(/group=/);
    await page.locator('li[data-alarm^="press-3."]').waitFor();
    await page.locator('li[data-alarm^="vmc-10."]').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: '清除篩選' }).click();
    await page.locator('li[data-alarm^="vmc-10."]').waitFor();
    await page.getByRole('button', { name: '已解除', exact: true }).click();
    await active(page).first().waitFor({ state: 'detached' });
    await close();
  });

  it('nothing standing is good news, with since when', async () => {
    plant.forgetAlarms();
    plant.raise('vmc-1', { text: '氣壓過低', seconds: 60, ago: 600 });
    const { page, faults, close } = await open();
    await page.getByText('目前沒有警報').waitFor();
    await page.getByText('起一切正常').waitFor();
    await settled(page);
    await screenshot(page, 'alarms-none');
    await checkPage(page, 'no alarms');
    assert.deepEqual(faults, []);
    await close();
  });

  it('tells a flood, and an alarm that chatters', async () => {
    for (let i = 0; i < 5; ++i) plant.raise('vmc-1', { code: '8800', text: '門開關異常', seconds: 3, ago: 100 - i * 12 });
    for (let i = 0; i < 60; ++i) plant.raise('lathe-3', { code: `88${10 + i}`, text: `連鎖警報 ${i}`, ago: 30 });
    const { page, faults, close } = await open('/alarms', { width: 390, height: 844, touch: true });
    await page.locator('[data-hint="flood"]').waitFor();
    await page.locator('[data-hint="chatter"]').getByText('門開關異常').waitFor();
    await eventually(() => active(page).count(), 50);
    await page.getByRole('button', { name: /^顯示其餘/ }).click();
    await eventually(() => active(page).count(), (found) => found > 60);
    await settled(page);
    await checkPage(page, 'alarm flood');
    assert.deepEqual(faults, []);
    await close();
  });

  it('an alarm leads to its machine at that time', async () => {
    const { page, close } = await open();
    await page.getByRole('link', { name: '緊急停止按鈕已按下' }).first().click();
    await page.waitForURL(/\/machines\/press-3\?.*at=2024-03-14T06%3A03%3A09/);
    await page.locator('canvas').first().waitFor();
    await page.goBack();
    await active(page).first().waitFor();
    await close();
  });

  it('a long history is drawn in part, and earlier ones are asked for', async () => {
    const { page, close } = await open('/alarms?window=30d');
    const table = page.getByRole('table', { name: '紀錄' });
    await table.waitFor();
    const rows = async () => Number(await table.getAttribute('aria-rowcount'));
    const before = await eventually(rows, (found) => found > 150);
    await eventually(() => table.locator('tbody tr').count(), (found) => found < before, 'what is drawn of them');
    await page.getByRole('button', { name: '載入更早的警報' }).click();
    await page.waitForFunction((count) => Number(document.querySelector('table[aria-label="紀錄"]').getAttribute('aria-rowcount')) > count, before);
    await page.getByText('時間', { exact: true }).first().click();
    await page.waitForURL(/by=time/);
    await close();
  });
});
