// What is kept, backups, import and export, in a real browser on a pretended plant of its own: what the
// page does changes it.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, afterEach, before, beforeEach, describe, it } from 'node:test';
import { checkPage, eventually, openPage, screenshot, settled, startBrowser, startPlant, whyNot } from './browser.mjs';

const skip = process.env.SPINDLE_URL ? 'a real plant is not told what to do' : (whyNot() ?? false);
const looks = [
  { width: 390, height: 844, language: 'zh-TW', scheme: 'light', touch: true },
  { width: 820, height: 1180, language: 'en', scheme: 'dark', touch: true },
  { width: 1440, height: 900, language: 'zh-TW', scheme: 'dark' },
  { width: 1920, height: 1080, language: 'en', scheme: 'light' },
];
const nameOf = ({ width, language, scheme }) => `${width}-${language}-${scheme}`;
const ready = { overview: '[data-outlook]', signals: '[data-stored]', backups: '[data-backup]', transfer: '[data-action="choose-file"]', sizing: '[data-fits]' };
const json = (status, body) => ({ status, contentType: status >= 400 ? 'application/problem+json' : 'application/json', body: JSON.stringify(body) });

describe('storage and backups', { skip, concurrency: false }, () => {
  let browser;
  let plant;
  before(async () => void (browser = await startBrowser()));
  after(() => browser?.close());
  beforeEach(async () => void (plant = await startPlant()));
  afterEach(() => plant.stop());

  const open = (path = '/storage', look = { width: 1440, height: 900 }) => openPage(browser, plant.url + path, look);
  const get = async (path) => (await fetch(`${plant.url}/api/v1${path}`)).json();
  const definition = (id) => get(`/machines/${id}/definition`);

  for (const look of looks)
    for (const [tab, sign] of Object.entries(ready))
      it(`the tab ${tab} is drawn (${nameOf(look)})`, async () => {
        const { page, faults, close } = await open(`/storage?tab=${tab}`, look);
        await page.locator(sign).first().waitFor();
        await eventually(() => page.locator('[data-tab][aria-current="page"]').getAttribute('data-tab'), tab);
        await settled(page);
        await screenshot(page, `storage-${tab}-${nameOf(look)}`);
        await checkPage(page, `storage ${tab} ${nameOf(look)}`);
        assert.deepEqual(faults, []);
        await close();
      });

  it('is in the menu, and a tab that is not there shows the first', async () => {
    const { page, close } = await open('/');
    await page.locator('nav a[href="/storage"]').first().click();
    await page.locator(ready.overview).waitFor();
    await page.goto(`${plant.url}/storage?tab=banana`);
    await page.locator(ready.overview).waitFor();
    await close();
  });

  it('says how long there is room, what goes next, and follows what the box says', async () => {
    const { page, close } = await open();
    await page.locator('[data-outlook="filling"]').getByText(/^[\d.]+ 年後存滿$/).waitFor();
    await page.locator('[data-outlook]').getByText('類比值 2023-03-15 到 2023-03-16 的原始資料會自動刪除，騰出 9.4 MB').waitFor();
    await page.locator('tr[data-class="analog"]').getByText('已到期限，最舊的逐日刪除').waitFor();
    const becomes = async (outlook, change) => {
      plant.controls.storage.setStorage(change);
      await page.reload();
      await page.locator(`[data-outlook="${outlook}"]`).waitFor();
      await settled(page);
      await screenshot(page, `storage-${outlook}`);
      await checkPage(page, `storage ${outlook}`);
    };
    await becomes('refusing', (state) => ({ ...state, refusing: true }));
    await becomes('damaged', (state) => ({ ...state, damaged_blocks: 3 }));
    await page.getByText('3 個資料區塊損壞，已隔離').first().waitFor();
    await becomes('disk', (state) => ({ ...state, forecast: { ...state.forecast, disk_full_in_days: 12 } }));
    await becomes('measuring', (state) => ({ ...state, growth: { bytes_per_day: null, measured_over_s: 0 } }));
    await becomes('full', (state) => ({ ...state, forecast: { ...state.forecast, quota_full_in_days: 0 } }));
    await becomes('room', (state) => ({ ...state, forecast: { quota_full_in_days: null, disk_full_in_days: null, drops_next: null }, last_drop: null, disk: { ...state.disk, total_bytes: null, free_bytes: null } }));
    await page.getByText('讀不到硬碟大小').waitFor();
    await page.getByText('從未刪除').waitFor();
    await close();
  });

  it('says where the copy in PostgreSQL is, how far it is behind, and why it does not go on', async () => {
    const { page, faults, close } = await open();
    const card = page.locator('[data-mirror]');
    const becomes = async (state, mirror, look = 'storage-mirror') => {
      plant.changeStatus({ mirror });
      await page.reload();
      await page.locator(`[data-mirror="${state}"]`).waitFor();
      await settled(page);
      await screenshot(page, `${look}-${state}`);
      await checkPage(page, `mirror ${state}`);
    };
    await card.getByText('postgres://spindle_box@db.plant:5432/plant').waitFor();
    await card.getByText('已是最新').waitFor();
    assert.equal(await card.getByRole('status').count(), 0);
    const well = (await get('/status')).mirror;
    const problem = 'postgres://spindle_box@db.plant:5432/plant: FATAL: 28P01: password authentication failed for user "spindle_box"';
    await becomes('connecting', { ...well, state: 'connecting', lag_s: 3 * 86_400, complete_until: null, problem });
    await card.getByText('password authentication failed').waitFor();
    await card.getByText('未連線，會自動重試').waitFor();
    await card.getByText(/3 天/).waitFor();
    await becomes('behind', { ...well, state: 'behind', lag_s: 720 });
    await card.getByText('正在寫入').waitFor();
    await becomes('off', { ...well, state: 'off', server: '', complete_until: null, problem: "the mirror's address is no PostgreSQL address" });
    await becomes('none', null);
    await card.getByText('spindle serve --mirror').waitFor();
    plant.changeStatus({ mirror: undefined });
    await page.reload();
    await page.locator(ready.overview).waitFor();
    await eventually(() => card.count(), 0);
    assert.deepEqual(faults, []);
    await close();
  });

  it('the copy in PostgreSQL is told in English on a phone', async () => {
    const { page, faults, close } = await open('/storage', { ...looks[0], language: 'en' });
    await page.locator('[data-mirror]').getByText('Up to date').waitFor();
    await checkPage(page, 'mirror in English');
    assert.deepEqual(faults, []);
    await close();
  });

  it('of an empty plant every tab says so', async () => {
    plant.setEmpty(true);
    const { page, faults, close } = await open();
    await page.locator('[data-outlook="empty"]').waitFor();
    await page.getByText('這段時間沒有寫入任何資料').waitFor();
    for (const [tab, text] of [['signals', '還沒有保存任何點位'], ['transfer', '還沒有設備，沒有資料可以匯出']]) {
      await page.locator(`[data-tab="${tab}"]`).click();
      await page.getByText(text).waitFor();
      await settled(page);
      await checkPage(page, `empty ${tab}`);
    }
    plant.controls.storage.setBackups(() => []);
    await page.locator('[data-tab="backups"]').click();
    await page.getByText('還沒有任何備份').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  it('that can not be loaded says why and loads again when asked; that one may not see says so', async () => {
    const { page, close } = await open('/alarms');
    await page.route('**/api/v1/storage?*', (route) => route.fulfill(json(503, { title: 'Overloaded', detail: 'too many requests at once' })));
    await page.goto(`${plant.url}/storage`);
    await page.getByText('too many requests at once').waitFor();
    await page.unroute('**/api/v1/storage?*');
    await page.getByRole('button', { name: '重試' }).click();
    await page.locator(ready.overview).waitFor();
    await page.route('**/api/v1/backups?*', (route) => route.fulfill(json(403, { title: 'Forbidden', detail: '' })));
    await page.locator('[data-tab="backups"]').click();
    await page.locator('[data-empty]').waitFor();
    await close();
  });

  it('greys what it last heard when the box no longer answers', async () => {
    const { page, close } = await open();
    await page.locator(ready.overview).waitFor();
    await page.route('**/api/v1/storage?*', (route) => route.abort());
    await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')));
    await page.locator('[data-stale]').first().waitFor({ timeout: 90_000 });
    await page.locator(ready.overview).waitFor();
    await close();
  });

  it('the days are walked with the keys, and are a table as well', async () => {
    const { page, close } = await open();
    const days = page.locator('[data-days]');
    await eventually(() => days.getAttribute('data-days'), '30');
    await page.getByText('90 天', { exact: true }).click();
    await eventually(() => days.getAttribute('data-days'), '90');
    await days.focus();
    await page.keyboard.press('ArrowLeft');
    await eventually(() => days.getAttribute('aria-valuetext'), /^2024-03-13：/);
    await page.keyboard.press('Home');
    await eventually(() => days.getAttribute('aria-valuenow'), '0');
    await page.locator('summary').last().click();
    await page.locator('details[open] td').first().waitFor();
    await close();
  });

  it('signals come in pages, the largest first or by name, and lead to where they are changed', async () => {
    const { page, close } = await open('/storage?tab=signals');
    const rows = page.locator('tr[data-stored]');
    const names = () => rows.evaluateAll((all) => all.map((row) => row.dataset.stored));
    await rows.first().waitFor();
    const largest = await eventually(names, (found) => found.length === 50);
    await page.getByText('變動超過 0.2 · 至少每 10 分').first().waitFor();
    await page.getByRole('button', { name: '下一頁' }).click();
    await eventually(names, (found) => found[0] !== largest[0] && found.every((name) => !largest.includes(name)));
    await page.getByText('名稱', { exact: true }).click();
    await eventually(names, (found) => found.length === 50 && found.join() === [...found].sort((a, b) => a.localeCompare(b)).join());
    const [machine] = (await names())[0].split('/');
    await rows.first().getByRole('link').click();
    await page.waitForURL(`**/connections/${machine}`);
    await close();
  });

  it('a backup is taken with its progress, verified, and deleted after a question', async () => {
    plant.controls.storage.slow(1500);
    const { page, faults, close } = await open('/storage?tab=backups');
    const rows = page.locator('tr[data-backup]');
    await eventually(() => rows.count(), 4);
    await page.locator('[data-action="backup"]').click();
    await page.locator('[data-progress]').getByText('備份中').waitFor();
    await eventually(() => rows.first().locator('[data-action="delete"]').isDisabled(), true);
    await checkPage(page, 'while a backup is taken');
    await eventually(() => rows.count(), 5);
    await eventually(() => rows.first().getAttribute('data-verified'), 'no');
    await page.locator('[data-progress]').waitFor({ state: 'detached' });
    await rows.first().locator('[data-action="verify"]').click();
    await page.locator('[data-progress]').getByText('驗證中').waitFor();
    await eventually(() => rows.first().getAttribute('data-verified'), 'ok');
    const bad = page.locator('tr[data-verified="bad"]');
    await bad.getByText(/checksum of the record/).waitFor();
    await eventually(() => bad.locator('[data-action="delete"]').isDisabled(), false);
    await bad.locator('[data-action="delete"]').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('無法復原').waitFor();
    await checkPage(page, 'deleting a backup');
    await dialog.getByRole('button', { name: '取消' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.equal((await get('/backups')).items.length, 5, 'nothing is deleted before it is confirmed');
    await bad.locator('[data-action="delete"]').click();
    await dialog.getByRole('button', { name: '刪除' }).click();
    await bad.waitFor({ state: 'detached' });
    assert.equal((await get('/backups')).items.length, 4);
    assert.deepEqual(faults, []);
    await close();
  });

  it('a backup that is being taken is cancelled, and nothing of it stays', async () => {
    plant.controls.storage.slow(600_000);
    const { page, faults, close } = await open('/storage?tab=backups', looks[0]);
    await page.locator('[data-action="backup"]').click();
    await page.locator('[data-progress]').getByText('備份中').waitFor();
    await settled(page);
    await screenshot(page, 'storage-backups-running-390');
    await page.locator('[data-progress] button').click();
    await page.locator('[data-progress]').waitFor({ state: 'detached' });
    await page.getByText('已取消').waitFor();
    assert.equal((await get('/backups')).items.length, 4);
    assert.deepEqual(faults, []);
    await close();
  });

  it('says how old the newest backup is that can be restored, and warns of an old one or none', async () => {
    const { page, close } = await open('/storage?tab=backups');
    const safety = (how) => page.locator(`[data-safety="${how}"]`);
    await safety('good').getByText('10 小時前').waitFor();
    plant.controls.storage.setBackups((all) => all.slice(1).map((each) => ({ ...each, taken: '2024-03-10T19:30:00Z' })));
    await page.reload();
    await safety('old').getByText('3 天前').waitFor();
    await checkPage(page, 'old backups');
    plant.controls.storage.setBackups((all) => all.filter(({ verified }) => verified?.ok !== true));
    await page.reload();
    await safety('none').getByText('還沒有任何一份確認可以還原').waitFor();
    await checkPage(page, 'no good backup');
    await close();
  });

  it('warns before the only backup that is known to be good is deleted', async () => {
    plant.controls.storage.setBackups(([first]) => [first]);
    const { page, close } = await open('/storage?tab=backups');
    await page.locator('[data-action="delete"]').click();
    await page.getByText('這是唯一驗證過可以還原的備份').waitFor();
    await close();
  });

  it('a backup that failed says why, and without a schedule it says what that means', async () => {
    plant.controls.storage.fail('/media/usb/spindle: 隨身碟未掛載；請插上後再試');
    await fetch(`${plant.url}/api/v1/plant`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ storage: { backups: null } }) });
    const { page, close } = await open('/storage?tab=backups');
    await page.getByRole('alert').getByText('隨身碟未掛載').waitFor();
    await page.getByText('沒有排定自動備份').waitFor();
    await settled(page);
    await screenshot(page, 'storage-backups-failed');
    await checkPage(page, 'a failed backup');
    await page.locator('[data-action="schedule"]').click();
    await page.waitForURL(/settings\?tab=storage/);
    await page.getByRole('checkbox').waitFor();
    await eventually(() => page.getByRole('checkbox').isChecked(), false);
    await close();
  });

  it('storage is set, with a warning of what goes, and taken back', async () => {
    const before = (await get('/plant')).storage;
    const { page, faults, close } = await open('/settings?tab=storage');
    const field = (path) => page.locator(`[data-path="/storage/${path}"]`);
    await field('keep/analog_days').fill('0');
    await page.locator('[data-action="apply"]').click();
    await page.locator('[data-path="/storage/keep/analog_days"][aria-invalid="true"]').waitFor();
    await field('keep/analog_days').fill('90');
    await page.locator('[data-loses]').getByText('類比值（目前保存 365 天）').waitFor();
    await field('quota_gb').fill('20');
    await field('backups/folder').fill('usb');
    await page.locator('[data-action="apply"]').click();
    await page.locator('[data-path="/storage/backups/folder"][aria-invalid="true"]').waitFor();
    await field('backups/folder').fill('/media/nas/spindle');
    await page.locator('[data-action="add-export"]').click();
    await field('exports/0/name').fill('erp');
    await field('exports/0/folder').fill('/media/usb/erp');
    await field('exports/0/signals').selectOption('vmc-1/*');
    await field('exports/0/format').selectOption('xml');
    await field('backups/at').fill('430');
    await field('backups/at').blur();
    await eventually(() => field('backups/at').inputValue(), '04:30');
    await settled(page);
    await screenshot(page, 'settings-storage-changed');
    await checkPage(page, 'storage settings, changed');
    await page.locator('[data-action="apply"]').click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    assert.deepEqual((await get('/plant')).storage, before, 'nothing is applied before it is confirmed');
    await dialog.locator('button').last().click();
    await dialog.waitFor({ state: 'hidden' });
    await eventually(async () => (await get('/plant')).storage, {
      quota_gb: 20, keep: { state_days: 3650, counter_days: 3650, energy_days: 3650, analog_days: 90 }, leave_free: 0.1,
      backups: { folder: '/media/nas/spindle', at: '04:30', keep_days: 30 },
      exports: [{ name: 'erp', folder: '/media/usb/erp', every: 'day', at: '00:05', format: 'xml', signals: ['vmc-1/*'] }],
    });
    await page.getByRole('button', { name: '復原' }).click();
    await eventually(async () => (await get('/plant')).storage, before);
    assert.deepEqual(faults, []);
    await close();
  });

  it('what the box refuses of storage lands at its field', async () => {
    const { page, close } = await open('/settings?tab=storage');
    await page.route('**/api/v1/plant?*', (route) =>
      route.request().method() === 'PUT' ? route.fulfill(json(422, { title: 'Invalid input', detail: '', errors: [{ path: '/storage/quota_gb', what: 'more than the disk has' }] })) : route.fallback(),
    );
    await page.locator('[data-path="/storage/quota_gb"]').fill('900000');
    await page.locator('[data-action="apply"]').click();
    await page.locator('[data-path="/storage/quota_gb"][aria-invalid="true"]').waitFor();
    await page.getByText('more than the disk has').waitFor();
    await close();
  });

  it('what history keeps of a signal is set in the machine form, checked, and saved', async () => {
    const { page, faults, close } = await open('/connections/press-2');
    await page.locator('[data-machine-form]').waitFor();
    const { signals } = await definition('press-2');
    const place = signals.findIndex(({ type }) => /float/.test(type ?? ''));
    const name = signals[place].id;
    const field = (key) => page.locator(`[data-path="/signals/${place}/history/${key}"]`);
    await page.locator(`[data-signal="${name}"] [aria-expanded]`).click();
    await page.locator(`[data-history="${name}"]`).waitFor();
    await field('dead_band').fill('0.5');
    await field('every_s').fill('60');
    await field('at_least_every_s').fill('5');
    await page.locator('[data-action="save"]').click();
    await page.locator(`[data-path="/signals/${place}/history/at_least_every_s"][aria-invalid="true"]`).waitFor();
    await field('at_least_every_s').fill('600');
    await field('class').selectOption('energy');
    await settled(page);
    await screenshot(page, 'machine-form-history');
    await checkPage(page, 'history of a signal');
    await page.locator('[data-action="save"]').click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await dialog.locator('button').last().click();
    await page.locator('[data-connection="press-2"]').waitFor();
    await eventually(async () => (await definition('press-2')).signals[place].history, { every_s: 60, dead_band: 0.5, at_least_every_s: 600, class: 'energy' });
    assert.deepEqual(faults, []);
    await close();
  });

  it('the calculator begins with this plant, and says when something does not fit and why', async () => {
    const { page, faults, close } = await open('/storage?tab=sizing');
    const field = (name) => page.locator(`[data-path="${name}"]`);
    await eventually(() => field('machines').inputValue(), '14');
    await page.locator('[data-fits="true"]').getByText(/^38\.4 GB 可以放 [\d.]+ 年$/).waitFor();
    await field('room_gb').fill('32');
    await page.getByText(/^32 GB 可以放 [\d.]+ 年$/).waitFor();
    await field('machines').fill('0');
    await page.locator('[data-path="machines"][aria-invalid="true"]').waitFor();
    await field('machines').fill('400');
    await field('days').fill('3650');
    await page.locator('[data-fits="false"]').getByText('請縮短保存天數').waitFor();
    await settled(page);
    await screenshot(page, 'storage-sizing-not');
    await checkPage(page, 'a plant that does not fit');
    await field('rate_s').fill('abc');
    await page.locator('[data-path="rate_s"][aria-invalid="true"]').waitFor();
    assert.deepEqual(faults, []);
    await close();
  });

  describe('files', () => {
    const at = (second) => `2024-01-02T08:00:0${second}+08:00`;
    const csv = ['machine,signal,t,value', `vmc-1,spindle_load,${at(0)},3.5`, `vmc-1,spindle_load,${at(1)},3.6`, 'vmc-1,spindle_load,yesterday,3.7', `vmc-1,spindle_laod,${at(2)},3.8`, `,spindle_load,${at(3)},3.9`, ''].join('\r\n');
    const file = (name, text) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

    it('are checked and shown before anything is taken', async () => {
      const { page, faults, close } = await open('/storage?tab=transfer', looks[0]);
      const sent = [];
      page.on('request', (request) => {
        if (request.url().includes('/import')) sent.push(new URL(request.url()).searchParams.get('dry_run'));
      });
      await page.locator('input[type="file"]').setInputFiles(file('power.csv', csv));
      await page.locator('[data-import="shown"]').getByText('power.csv：3 筆可以匯入').waitFor();
      await page.locator('[data-problems="2"]').getByText('第 4 列').waitFor();
      await page.locator('[data-imported="vmc-1/spindle_laod"]').getByText('新點位').waitFor();
      await page.locator('[data-imported="vmc-1/spindle_load"]').getByText('已有').waitFor();
      // Rows that name no machine are given one.
      await page.getByLabel('檔案沒寫設備時').selectOption('vmc-1');
      await page.locator('[data-import="shown"]').getByText('power.csv：4 筆可以匯入').waitFor();
      assert.deepEqual(sent, ['true', 'true'], 'nothing is taken before it is confirmed');
      await settled(page);
      await screenshot(page, 'storage-import-390');
      await checkPage(page, 'an import that is shown');
      await page.locator('[data-action="take"]').click();
      await page.locator('[data-import="done"]').getByText('已匯入 4 筆').waitFor();
      assert.deepEqual(sent, ['true', 'true', 'false']);
      await checkPage(page, 'an import that is done');
      await page.getByRole('link', { name: '看匯入的資料' }).click();
      await page.waitForURL(/\/signals\?.*vmc-1/);
      assert.deepEqual(faults, []);
      await close();
    });

    it('that call signals otherwise are told which they are', async () => {
      const { page, faults, close } = await open('/storage?tab=transfer', looks[0]);
      const asked = [];
      page.on('request', (request) => {
        if (request.url().includes('/import')) asked.push(new URL(request.url()).searchParams.getAll('map'));
      });
      const theirs = ['machine,signal,t,value', `M7,kW,${at(0)},3.5`, `M7,kW,${at(1)},3.6`, `vmc-1,spindle_load,${at(1)},3.6`, ''].join('\r\n');
      await page.locator('input[type="file"]').setInputFiles(file('theirs.csv', theirs));
      const form = page.locator('[data-names="2"]');
      await form.getByText('1 個名稱找不到對應的點位').waitFor();
      const first = form.locator('[data-name="M7/kW"]');
      await first.getByText('不會匯入').waitFor();
      assert.equal(await form.locator('[data-action="ask-names"]').isDisabled(), true);
      await first.getByLabel('設備').selectOption('vmc-1');
      await first.getByLabel('點位').selectOption('spindle_load');
      await settled(page);
      await screenshot(page, 'storage-import-names-390');
      await checkPage(page, 'names of a file that are chosen');
      await form.locator('[data-action="ask-names"]').click();
      await page.locator('[data-import="shown"]').getByText('theirs.csv：3 筆可以匯入').waitFor();
      await page.locator('[data-names="2"]').getByText('檔案裡的名稱對應到哪個點位').waitFor();
      await page.locator('[data-action="take"]').click();
      await page.locator('[data-import="done"]').getByText('已匯入 3 筆').waitFor();
      assert.deepEqual(asked, [[], ['M7/kW=vmc-1/spindle_load'], ['M7/kW=vmc-1/spindle_load']]);
      assert.deepEqual(faults, []);
      await close();
    });

    it('that can not be read say why, in another form are read again, and can be given up', async () => {
      const { page, close } = await open('/storage?tab=transfer');
      await page.locator('input[type="file"]').setInputFiles(file('power.xml', csv));
      await page.locator('[data-import="failed"]').getByText('這不是 xml 檔').waitFor();
      await settled(page);
      await checkPage(page, 'an import that failed');
      await page.locator('[data-import="failed"]').getByLabel('檔案格式').selectOption('csv');
      await page.locator('[data-import="shown"]').waitFor();
      await page.locator('[data-action="other-file"]').click();
      await page.route('**/api/v1/import?*', () => undefined); // never answered
      await page.locator('input[type="file"]').setInputFiles(file('power.csv', csv));
      await page.locator('[data-progress]').getByText(/正在(上傳|檢查) power\.csv/).waitFor();
      await page.locator('[data-progress] button').click();
      await page.locator('[data-action="choose-file"]').waitFor();
      await close();
    });

    it('with nothing to take can not be taken', async () => {
      const { page, close } = await open('/storage?tab=transfer');
      await page.locator('input[type="file"]').setInputFiles(file('empty.csv', 'machine,signal,t,value\r\n'));
      await page.locator('[data-import="shown"]').getByText('沒有可以匯入的資料').waitFor();
      assert.equal(await page.locator('[data-action="take"]').count(), 0);
      await close();
    });

    const saved = async (page) => {
      const [download] = await Promise.all([page.waitForEvent('download'), page.locator('[data-export-dialog] [data-action="download"]').click()]);
      return { url: new URL(download.url()), name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
    };

    it('of a whole machine are saved in any form, of any time, whole or in slices', async () => {
      const { page, faults, close } = await open('/storage?tab=transfer', looks[0]);
      await page.getByRole('combobox', { name: '設備' }).selectOption('vmc-1');
      await page.locator('[data-action="export"]').click();
      await page.locator('[data-export-dialog]').waitFor();
      await settled(page);
      await screenshot(page, 'storage-export-390');
      await checkPage(page, 'an export');
      const whole = await saved(page);
      assert.match(whole.name, /^spindle_20240314-0000_.*\.csv$/);
      assert.ok(whole.text.startsWith('\ufeffmachine,signal,t,value,quality,unit,type\r\n'));
      assert.deepEqual(whole.url.searchParams.getAll('signal'), ['vmc-1/*']);
      assert.equal(whole.url.searchParams.get('points'), null);

      await page.locator('[data-action="export"]').click();
      const dialog = page.locator('[data-export-dialog]');
      await dialog.getByText('Excel', { exact: true }).click();
      await dialog.getByText('一個點位一欄', { exact: true }).click();
      await dialog.getByText('彙整', { exact: true }).click();
      await dialog.getByText('5000', { exact: true }).click();
      await dialog.getByText('自訂', { exact: true }).click();
      await dialog.getByLabel('開始時間', { exact: true }).fill('2024-03-14T10:00');
      await dialog.getByLabel('結束時間').fill('2024-03-14T09:00');
      await dialog.getByText('結束時間必須晚於開始時間').waitFor();
      await eventually(() => dialog.locator('[data-action="download"]').isDisabled(), true);
      await dialog.getByLabel('開始時間', { exact: true }).fill('2023-03-14T09:00');
      const sliced = await saved(page);
      assert.match(sliced.name, /\.xlsx$/);
      assert.equal(sliced.url.searchParams.get('points'), '5000');
      assert.equal(sliced.url.searchParams.get('layout'), null, 'slices have one layout');
      assert.equal(sliced.url.searchParams.get('from'), '2023-03-14T01:00:00.000Z');

      await page.locator('[data-action="export"]').click();
      await dialog.getByText('原生', { exact: true }).click();
      assert.equal((await saved(page)).url.searchParams.get('points'), null);

      await page.locator('[data-action="export"]').click();
      await dialog.getByText('一個點位一欄', { exact: true }).click();
      assert.equal((await saved(page)).url.searchParams.get('layout'), 'wide');
      assert.deepEqual(faults, []);
      await close();
    });

    it('of a machine’s trends and of its signals are saved from where they are seen', async () => {
      const { page, faults, close } = await open('/machines/vmc-1?from=2024-03-14T00:00:00Z&to=2024-03-14T05:00:00Z&trends=spindle_load');
      await page.locator('[data-trends] canvas').waitFor();
      await page.locator('[data-trends] [data-action="export"]').click();
      const trends = await saved(page);
      assert.deepEqual(trends.url.searchParams.getAll('signal'), ['vmc-1/spindle_load']);
      assert.equal(trends.url.searchParams.get('from'), '2024-03-14T00:00:00.000Z');
      await page.locator('[data-action="export"]').last().click();
      const all = await saved(page);
      assert.deepEqual(all.url.searchParams.getAll('signal'), ['vmc-1/*']);
      assert.deepEqual(faults, []);
      await close();
    });
  });
});
