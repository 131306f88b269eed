// Settings in a real browser, on a pretended plant of their own.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkPage, eventually, openPage, screenshot, settled, startBrowser, startPlant, whyNot } from './browser.mjs';

const skip = whyNot() ?? false;
const looks = [
  { width: 390, height: 844, language: 'zh-TW', scheme: 'dark', touch: true },
  { width: 820, height: 1180, language: 'en', scheme: 'light', touch: true },
  { width: 1440, height: 900, language: 'zh-TW', scheme: 'light' },
];
const nameOf = ({ width, language, scheme }) => `${width}-${language}-${scheme}`;
const ready = { site: '[data-path="/site/name"]', calendar: '[data-shift]', reasons: '[data-reason]', machines: '[data-group]', storage: '[data-path="/storage/quota_gb"]', history: '[data-generation]' };

describe('settings', { skip, concurrency: false }, () => {
  let browser;
  let plant;
  before(async () => {
    [browser, plant] = await Promise.all([startBrowser(), startPlant()]);
  });
  after(async () => {
    await browser?.close();
    await plant?.stop();
  });

  const open = (path, look = looks[2]) => openPage(browser, `${plant.url}${path}`, look);
  const settings = async () => (await fetch(`${plant.url}/api/v1/plant`)).json();
  const apply = async (page) => {
    await page.locator('[data-action="apply"]').click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    return dialog;
  };

  for (const look of looks)
    for (const [tab, sign] of Object.entries(ready))
      it(`the tab ${tab} is drawn (${nameOf(look)})`, async () => {
        const { page, faults, close } = await open(`/settings?tab=${tab}`, look);
        await page.locator(sign).first().waitFor();
        await eventually(() => page.locator('[data-tab][aria-current="page"]').getAttribute('data-tab'), tab);
        await settled(page);
        await screenshot(page, `settings-${tab}-${nameOf(look)}`);
        await checkPage(page, `settings ${tab} ${nameOf(look)}`);
        assert.deepEqual(faults, []);
        await close();
      });

  it('a tab that is not there shows the first', async () => {
    const { page, close } = await open('/settings?tab=banana');
    await page.locator(ready.site).waitFor();
    await close();
  });

  it('a change of shifts says what it does, is applied, and taken back', async () => {
    const before = (await settings()).calendar.shifts;
    const { page, faults, close } = await open('/settings?tab=calendar');
    await page.locator('[data-pattern="three"]').click();
    await eventually(() => page.locator('[data-shift]').count(), 3);
    const dialog = await apply(page);
    await eventually(() => dialog.innerText(), /早班/);
    await eventually(() => dialog.locator('[data-recomputing]').getAttribute('data-recomputing'), '14');
    assert.deepEqual((await settings()).calendar.shifts, before);
    await checkPage(page, 'what a calendar changes');
    await dialog.locator('button').last().click();
    await dialog.waitFor({ state: 'hidden' });
    await eventually(async () => (await settings()).calendar.shifts.length, 3);
    await page.getByRole('button', { name: '復原' }).click();
    await page.waitForFunction(() => document.querySelectorAll('[data-shift]').length === 2);
    await eventually(async () => (await settings()).calendar.shifts, before);
    assert.deepEqual(faults, []);
    await close();
  });

  it('shifts that overlap can’t be applied', async () => {
    const { page, close } = await open('/settings?tab=calendar');
    const end = page.locator('[data-path="/calendar/shifts/0/end"]');
    await end.fill('2100');
    await end.blur();
    await eventually(() => end.inputValue(), '21:00');
    await page.locator('[data-action="apply"]').click();
    await page.locator('[data-path="/calendar/shifts/1/start"][aria-invalid="true"]').waitFor();
    assert.equal(await page.getByRole('dialog').count(), 0);
    await close();
  });

  it('reasons are added and put in order', async () => {
    const { page, close } = await open('/settings?tab=reasons');
    await page.locator('[data-reason]').first().waitFor();
    await page.locator('[data-reason="no_operator"] button').first().click();
    await page.locator('[data-action="add-reason"]').click();
    await page.locator('[data-action="apply"]').click();
    await page.locator('[data-path="/reasons/12/name"][aria-invalid="true"]').waitFor();
    await page.locator('[data-path="/reasons/12/name"]').fill('待程式');
    const dialog = await apply(page);
    await dialog.locator('button').last().click();
    await dialog.waitFor({ state: 'hidden' });
    const { reasons } = await settings();
    assert.deepEqual([reasons[0].id, reasons[12].name], ['no_operator', '待程式']);
    await close();
  });

  it('what the box refuses lands at its field', async () => {
    const { page, close } = await open('/settings');
    await page.locator('[data-path="/site/timezone"]').fill('Asia/Taipeh');
    await page.locator('[data-action="apply"]').click();
    await page.locator('[data-path="/site/timezone"][aria-invalid="true"]').waitFor();
    await close();
  });

  it('a group is renamed with its machines, and back', async () => {
    const { page, faults, close } = await open('/settings?tab=machines');
    const group = page.locator('[data-group="二廠/沖壓"]');
    await group.waitFor();
    await group.locator('button').first().click();
    await group.locator('form input').fill('二廠/沖床課');
    await group.locator('form button[type="submit"]').click();
    await page.locator('[data-group="二廠/沖床課"]').waitFor();
    await eventually(async () => (await settings()).groups.includes('二廠/沖壓'), false);
    await page.getByRole('button', { name: '復原' }).click();
    await page.locator('[data-group="二廠/沖壓"]').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  it('a former version is put in force after it was seen what that changes', async () => {
    const { page, close } = await open('/settings?tab=history');
    await page.locator('[data-generation="1"]').waitFor();
    await page.locator('[data-generation="1"] [data-action="restore"]').click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await eventually(() => dialog.innerText(), /停機原因/);
    await dialog.locator('button').last().click();
    await dialog.waitFor({ state: 'hidden' });
    await eventually(async () => (await settings()).reasons.length, 12);
    await close();
  });
});
