// Connections and the machine form in a real browser, on a pretended plant of their own: what they do
// changes the plant.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkPage, eventually, openPage, screenshot, settled, startBrowser, startPlant, whyNot } from './browser.mjs';

const skip = whyNot() ?? false;
const looks = [
  { width: 390, height: 844, language: 'zh-TW', scheme: 'light', touch: true },
  { width: 820, height: 1180, language: 'en', scheme: 'dark', touch: true },
  { width: 1440, height: 900, language: 'zh-TW', scheme: 'dark' },
  { width: 1920, height: 1080, language: 'en', scheme: 'light' },
];
const nameOf = ({ width, language, scheme }) => `${width}-${language}-${scheme}`;

describe('connections', { skip, concurrency: false }, () => {
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
  const definition = async (id) => (await fetch(`${plant.url}/api/v1/machines/${id}/definition`)).json();
  const exists = async (id) => (await fetch(`${plant.url}/api/v1/machines/${id}`)).status === 200;
  const field = (page, path) => page.locator(`[data-path="${path}"]`);
  const save = async (page) => {
    await page.locator('[data-action="save"]').click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    return dialog;
  };

  for (const look of looks) {
    it(`every machine has four lights (${nameOf(look)})`, async () => {
      const { page, faults, close } = await open('/connections', look);
      await page.locator('[data-connection]').first().waitFor();
      await eventually(() => page.locator('[data-connection]').count(), 14);
      await eventually(() => page.locator('[data-connection="vmc-1"] [data-light]').count(), 4);
      // Trouble stands first, with the exact error.
      await eventually(() => page.locator('[data-connection]').first().getAttribute('data-connection'), 'oven-1');
      await eventually(() => page.locator('[data-connection="oven-1"]').innerText(), /connection timed out after 3 s/);
      await page.locator('[data-connection="vmc-1"] [aria-expanded]').click();
      await settled(page);
      await screenshot(page, `connections-${nameOf(look)}`);
      await checkPage(page, `connections ${nameOf(look)}`);
      assert.deepEqual(faults, []);
      await close();
    });

    it(`a machine can be edited (${nameOf(look)})`, async () => {
      const { page, faults, close } = await open('/connections/press-2', look);
      await page.locator('[data-machine-form]').waitFor();
      await page.locator('[data-save-bar] button').nth(1).click();
      await page.locator('[data-test]').waitFor();
      for (const details of await page.locator('[data-machine-form] details').all()) await details.evaluate((element) => (element.open = true));
      await settled(page);
      await screenshot(page, `machine-form-${nameOf(look)}`);
      await checkPage(page, `machine form ${nameOf(look)}`);
      assert.deepEqual(faults, []);
      await close();
    });
  }

  it('is narrowed by trouble and by words, in its address', async () => {
    const { page, close } = await open('/connections?trouble=clock');
    await page.locator('[data-connection="lathe-2"]').waitFor();
    await eventually(() => page.locator('[data-connection]').count(), 1);
    await page.getByRole('searchbox').fill('沖床');
    await page.waitForURL(/q=/);
    await page.locator('[data-empty]').waitFor();
    await page.locator('[data-empty] button').click();
    await page.locator('[data-connection="press-1"]').waitFor();
    await eventually(() => page.locator('[data-connection]').count(), 14);
    await close();
  });

  it('a pasted address fills the fields; a profile the signals; the new machine is there', async () => {
    const { page, faults, close } = await open('/connections/new');
    await page.locator('[data-machine-form]').waitFor();
    await page.locator('[data-machine-form] input').first().fill('modbus-tcp://192.0.2.77:1502/3');
    await eventually(() => Promise.all(['host', 'port', 'unit'].map((part) => field(page, `/connection/${part}`).inputValue())), ['192.0.2.77', '1502', '3']);
    await field(page, '/name').fill('立式加工機 77');
    await eventually(() => field(page, '/id').inputValue(), 'vmc-77');
    await page.locator('[data-profile="modbus/tri-colour-lamp"]').click();
    await eventually(() => page.locator('[data-signal]').count(), 4);
    await page.locator('[data-action="test"]').click();
    await page.locator('[data-test="ok"]').waitFor();
    await eventually(() => page.locator('[data-tested]').count(), 4);
    await page.locator('[data-action="save"]').click();
    await page.locator('[data-connection="vmc-77"]').waitFor();
    await eventually(async () => (await definition('vmc-77')).connection.port, 1502);
    assert.deepEqual(faults, []);
    await close();
  });

  it('what is wrong is said at its field, and nothing is saved', async () => {
    const { page, close } = await open('/connections/new');
    await page.locator('[data-machine-form]').waitFor();
    await page.locator('[data-action="save"]').click();
    await page.locator('[data-path="/connection/host"][aria-invalid="true"]').waitFor();
    await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('data-path')), '/connection/host');
    await field(page, '/connection/host').fill('192.0.2.1');
    await field(page, '/name').fill('x');
    await page.locator('[data-action="add-signal"]').click();
    await field(page, '/signals/0/id').fill('t');
    await field(page, '/signals/0/address').fill('40011');
    await page.locator('[data-path="/signals/0/address"][aria-invalid="true"]').waitFor();
    await eventually(() => page.locator('[data-signal="t"]').innerText(), /hr:10/);
    await close();
  });

  it('what the box refuses lands at its field', async () => {
    const { page, close } = await open('/connections/grinder-1');
    await page.locator('[data-machine-form]').waitFor();
    await field(page, '/signals/3/address').fill('hr:65535');
    const dialog = await save(page);
    await dialog.locator('button').last().click();
    await page.locator('[data-path="/signals/3/address"][aria-invalid="true"]').waitFor();
    assert.notEqual((await definition('grinder-1')).signals[3].address, 'hr:65535');
    await close();
  });

  it('saving says first when the past is recomputed', async () => {
    const { page, close } = await open('/connections/press-3');
    await page.locator('[data-machine-form]').waitFor();
    await field(page, '/name').fill('沖床 3');
    const dialog = await save(page);
    assert.doesNotMatch(await dialog.innerText(), /重新計算/);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await field(page, '/ideal_cycle_s').fill('2.5');
    await save(page);
    await eventually(() => dialog.innerText(), /會重新計算過去資料/);
    await dialog.locator('button').last().click();
    await page.locator('[data-connection="press-3"]').waitFor();
    await eventually(async () => (await definition('press-3')).ideal_cycle_s, 2.5);
    await close();
  });

  it('a refused address is told with the device’s words, others have values', async () => {
    const { page, close } = await open('/connections/press-2');
    await page.locator('[data-machine-form]').waitFor();
    await field(page, '/signals/3/address').fill('hr:400');
    await page.locator('[data-action="test"]').click();
    await page.locator('[data-test="warn"]').waitFor();
    await eventually(() => page.locator('[data-tested="parts"]').innerText(), /illegal data address/);
    await close();
  });

  it('a try that takes too long is given up', async () => {
    const { page, close } = await open('/connections/press-2');
    await page.locator('[data-machine-form]').waitFor();
    await field(page, '/connection/host').fill('192.0.2.250');
    await page.locator('[data-action="test"]').click();
    await page.locator('[data-progress] button').click();
    await page.locator('[data-action="test"]').waitFor();
    assert.equal(await page.locator('[data-test]').count(), 0);
    await close();
  });

  it('what a device lists is taken over with roles', async () => {
    const { page, close } = await open('/connections/new');
    await page.locator('[data-machine-form]').waitFor();
    await page.locator('[data-machine-form] input').first().fill('http://192.0.2.60:5000/');
    await page.locator('[data-action="browse"]').click();
    await page.locator('[data-offer="pcount"]').waitFor();
    await page.locator('[data-action="take-over"]').click();
    await page.locator('[data-signal="pcount"]').waitFor();
    await eventually(() => page.locator('[data-signal="pcount"] select').nth(1).inputValue(), 'part_count');
    await eventually(() => page.locator('[data-signal="xpos"]').count(), 0);
    await close();
  });

  it('rows of a spreadsheet are checked one by one before they are taken', async () => {
    const { page, close } = await open('/connections/new');
    await page.locator('[data-machine-form]').waitFor();
    await page.locator('[data-action="paste"]').click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('textarea').fill('名稱\t位址\t型別\t用途\nparts\thr:10\tDWORD\t生產數\n溫度\thr:12\tint16\t溫度');
    await eventually(() => dialog.getByRole('status').innerText(), /1 列可以加入，1 列有問題/);
    await checkPage(page, 'pasting');
    await dialog.locator('button').last().click();
    await page.locator('[data-signal="parts"]').waitFor();
    await eventually(() => page.locator('[data-signal]').count(), 1);
    await close();
  });

  it('leaving with something unsaved asks first', async () => {
    const { page, close } = await open('/connections/vmc-2');
    await page.locator('[data-machine-form]').waitFor();
    await field(page, '/name').fill('別的名字');
    await page.locator('nav a[href="/alarms"]').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await dialog.locator('button').nth(1).click();
    await dialog.waitFor({ state: 'hidden' });
    await eventually(() => field(page, '/name').inputValue(), '別的名字');
    await close();
  });

  it('a deleted machine is brought back with one press', async () => {
    const { page, faults, close } = await open('/connections');
    const row = page.locator('[data-connection="edm-1"]');
    await row.waitFor();
    await row.locator('[aria-expanded]').click();
    await row.locator('[data-action="delete"]').click();
    const dialog = page.getByRole('dialog');
    await eventually(() => dialog.innerText(), /過去的資料會保留/);
    await checkPage(page, 'deleting');
    await dialog.locator('button').last().click();
    await row.waitFor({ state: 'detached' });
    await eventually(() => exists('edm-1'), false);
    await page.getByRole('button', { name: '復原' }).click();
    await row.waitFor();
    await eventually(() => exists('edm-1'), true);
    assert.deepEqual(faults, []);
    await close();
  });

  it('a copy has everything but name and id', async () => {
    const { page, close } = await open('/connections/new?from=press-1');
    await page.locator('[data-machine-form]').waitFor();
    await eventually(() => field(page, '/id').inputValue(), 'press-4');
    await eventually(() => page.locator('[data-signal]').count(), 6);
    await close();
  });

  it('a machine that is not there is said to be gone', async () => {
    const { page, close } = await open('/connections/nobody');
    await page.locator('[data-empty]').waitFor();
    await close();
  });
});
