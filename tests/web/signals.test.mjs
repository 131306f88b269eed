// The signals page in a real browser: browse, compare, raw values, export. As pages.test.mjs: against
// SPINDLE_URL, or the pretended plant.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import { checkPage, eventually, openPage, screenshot, settled, startBrowser, startServer, whyNot } from './browser.mjs';

const skip = whyNot() ?? false;
const looks = [
  { width: 390, height: 844, language: 'zh-TW', scheme: 'dark', touch: true },
  { width: 820, height: 1180, language: 'en', scheme: 'light', touch: true },
  { width: 1440, height: 900, language: 'zh-TW', scheme: 'light' },
  { width: 1920, height: 1080, language: 'en', scheme: 'dark' },
];
const nameOf = ({ width, language, scheme }) => `${width}-${language}-${scheme}`;

describe('the signals page', { skip, concurrency: false }, () => {
  let browser;
  let server;
  let names;
  let textName;
  let past;
  before(async () => {
    [browser, server] = await Promise.all([startBrowser(), startServer()]);
    const get = async (path) => (await fetch(`${server.url}/api/v1${path}`)).json();
    const all = (await get('/machines?signals=true')).items.flatMap((machine) => machine.signals.map((signal) => ({ ...signal, name: `${machine.id}/${signal.id}`, state: machine.state })));
    const lively = all.filter(({ type, state, value }) => /float/.test(type) && !['offline', 'power_off'].includes(state) && value !== null);
    names = lively.slice(0, 3).map(({ name }) => name);
    textName = all.find(({ type, state }) => type === 'text' && state !== 'offline')?.name;
    const now = Date.parse((await get('/site')).now);
    past = `from=${new Date(now - 3_600_000).toISOString()}&to=${new Date(now - 60_000).toISOString()}`;
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  const open = (query, look = looks[2]) => openPage(browser, `${server.url}/signals?${query}`, look);

  for (const look of looks)
    it(`compares signals of several machines (${nameOf(look)})`, async () => {
      const { page, faults, close } = await open(`s=${names.join(',')}&${past}`, look);
      await page.locator('[data-compare] canvas').waitFor();
      await eventually(() => page.locator('[data-compare] li[data-line]').count(), names.length);
      await settled(page);
      await screenshot(page, `signals-${nameOf(look)}`);
      await checkPage(page, `signals ${nameOf(look)}`);
      assert.deepEqual(faults, []);
      await close();
    });

  it('without a choice it says what to do; a tick in the list draws, back takes it back', async () => {
    const { page, faults, close } = await open('');
    await page.getByText('還沒有選點位').waitFor();
    await screenshot(page, 'signals-empty');
    await checkPage(page, 'signals, nothing chosen');
    const [machine, id] = names[0].split('/');
    await page.getByLabel('搜尋點位').fill(`${machine} ${id}`);
    await page.locator(`input[data-choose="${names[0]}"]`).check();
    await page.locator('[data-compare] canvas').waitFor();
    assert.match(decodeURIComponent(page.url()), new RegExp(names[0]));
    await page.goBack();
    await page.locator('[data-compare]').waitFor({ state: 'detached' });
    await page.getByLabel('搜尋點位').fill('no such signal');
    await page.getByText('沒有符合的項目').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  it('scaling and panels are in the address, and a line is taken away', async () => {
    const { page, faults, close } = await open(`s=${names.join(',')}&${past}`);
    await page.locator('[data-compare] canvas').waitFor();
    await page.getByRole('switch', { name: '各自縮放 0–100 %' }).check();
    await page.waitForURL(/norm=1/);
    await page.getByRole('switch', { name: '依單位分格' }).check();
    await page.waitForURL(/panels=1/);
    await page.locator('[data-compare] li[data-line] button').first().click();
    await page.waitForFunction((count) => document.querySelectorAll('[data-compare] li[data-line]').length === count, names.length - 1);
    assert.deepEqual(faults, []);
    await close();
  });

  it('the chart is also a table, and its cursor tells values', async () => {
    const { page, close } = await open(`s=${names[0]}&${past}`);
    const frame = page.locator('[data-compare] [role="application"]');
    await frame.locator('canvas').waitFor();
    await settled(page);
    const legend = page.locator('[data-compare] li[data-line]');
    const before = await legend.textContent();
    await frame.focus();
    await page.keyboard.press('.');
    await page.waitForFunction((then) => document.querySelector('[data-compare] li[data-line]').textContent !== then, before);
    await page.locator('[data-compare] summary').click();
    await page.locator('[data-compare] details td').first().waitFor();
    await checkPage(page, 'signals with their table');
    await close();
  });

  it('raw values come in pages', async () => {
    const { page, faults, close } = await open(`s=${names.join(',')}&view=raw&${past}`);
    const first = page.locator('[data-raw] tbody tr').first();
    await first.waitFor();
    await eventually(() => page.locator('[data-raw] tbody tr').count(), (found) => found <= 100);
    const before = await first.textContent();
    await page.getByRole('button', { name: '下一頁' }).click();
    await page.waitForFunction((then) => document.querySelector('[data-raw] tbody tr')?.textContent !== then, before);
    await page.getByRole('button', { name: '上一頁' }).click();
    await page.waitForFunction((then) => document.querySelector('[data-raw] tbody tr')?.textContent === then, before);
    await page.getByLabel('看哪一個點位').selectOption(names[1]);
    await page.waitForURL(/of=/);
    await settled(page);
    await screenshot(page, 'signals-raw');
    await checkPage(page, 'raw values');
    assert.deepEqual(faults, []);
    await close();
  });

  it('a text signal is named as not drawn, and readable as raw values', async () => {
    assert.notEqual(textName, undefined, 'the plant has a signal with words');
    const { page, close } = await open(`s=${textName}&${past}`);
    await page.getByText('文字點位不能畫成線').waitFor();
    await page.getByText('原始資料', { exact: true }).first().click();
    await page.locator('[data-raw]').waitFor();
    await close();
  });

  const saved = async (page, kind) => {
    await page.getByRole('button', { name: '匯出' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator(`[data-export="${kind}"]`).click()]);
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  };

  it('is exported as a picture, as the points of the chart and as values', async () => {
    const { page, faults, close } = await open(`s=${names.slice(0, 2).join(',')}&${past}`);
    await page.locator('[data-compare] canvas').waitFor();
    await settled(page);
    const png = await saved(page, 'png');
    assert.match(png.name, /^signals_\d{8}-\d{4}_\d{8}-\d{4}\.png$/);
    assert.equal(png.bytes.subarray(1, 4).toString(), 'PNG');
    const slices = (await saved(page, 'slices')).bytes.toString();
    assert.ok(slices.startsWith(`\ufefftime,${names[0]} min`));
    assert.ok(slices.split('\r\n').length > 100);
    await page.getByRole('button', { name: '匯出' }).click();
    await page.locator('[data-export="values"]').click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-export-dialog] [data-action="download"]').click()]);
    assert.match(download.suggestedFilename(), /\.csv$/);
    const values = readFileSync(await download.path(), 'utf8');
    assert.ok(values.startsWith('\ufeff'));
    const [head, row] = values.split('\r\n');
    assert.equal(head, '\ufeffmachine,signal,t,value,quality,unit,type');
    assert.match(row, /,\d{4}-\d\d-\d\dT[\d:.]+(?:[+-]\d\d:\d\d|Z),/);
    assert.deepEqual(faults, []);
    await close();
  });

  it('signals that are no more are named, and taken out', async () => {
    const { page, faults, close } = await open(`s=${names[0]},gone-1/power&${past}`);
    await page.locator('[data-compare] canvas').waitFor();
    await page.getByText('gone-1/power').waitFor();
    await page.getByRole('button', { name: '從選擇中移除' }).click();
    await page.getByText('gone-1/power').waitFor({ state: 'detached' });
    assert.deepEqual(faults, []);
    await close();
  });

  it('an address that makes no sense shows the page, not an error', async () => {
    const { page, faults, close } = await open('s=nonsense,%2F&view=pie&norm=x&from=never&to=ever&of=q');
    await page.getByText('還沒有選點位').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });
});
