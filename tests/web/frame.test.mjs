// What stands around every page: the menus, the palette, how the screen looks, the gallery, the system page.

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { checkPage, eventually, live, openPage, screenshot, settled, startBrowser, startServer, whyNot } from './browser.mjs';

const skip = whyNot() ?? false;
const patience = { timeout: 30_000 };
const looks = [
  { width: 390, height: 844, language: 'zh-TW', scheme: 'light', touch: true },
  { width: 820, height: 1180, language: 'en', scheme: 'dark', touch: true },
  { width: 1440, height: 900, language: 'zh-TW', scheme: 'dark' },
  { width: 1920, height: 1080, language: 'en', scheme: 'light' },
];
const nameOf = ({ width, language, scheme }) => `${width}-${language}-${scheme}`;

describe('the frame', { skip, concurrency: false }, () => {
  let browser;
  let server;
  before(async () => {
    [browser, server] = await Promise.all([startBrowser(), startServer()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  for (const look of looks)
    it(`the system page tells how the box is (${nameOf(look)})`, async () => {
      const { page, faults, close } = await openPage(browser, `${server.url}/system`, look);
      await page.locator('[data-verdict]').waitFor(patience);
      await settled(page);
      await screenshot(page, `system-${nameOf(look)}`);
      await checkPage(page, `system ${nameOf(look)}`);
      assert.deepEqual(faults, []);
      await close();
    });

  for (const look of looks)
    it(`the gallery shows every component and takes no notice of the plant (${nameOf(look)})`, async () => {
      const { page, faults, close } = await openPage(browser, `${server.url}/gallery`, look);
      await page.locator('[data-section="display"]').waitFor(patience);
      await page.evaluate(() => document.fonts.ready);
      await eventually(() => page.locator('[data-section="states"] [data-state][data-size="large"]').count(), 13);
      assert.equal(await page.locator('nav').count(), 0);
      // Its skeletons are busy for ever, so this page is never settled.
      await screenshot(page, `gallery-${nameOf(look)}`);
      await checkPage(page, `gallery ${nameOf(look)}`);
      assert.deepEqual(faults, []);
      await close();
    });

  for (const look of [looks[0], looks[2]])
    it(`a list of a thousand draws what is in sight, and the keys walk all of it (${nameOf(look)})`, async () => {
      const { page, faults, close } = await openPage(browser, `${server.url}/gallery`, look);
      const section = page.locator('[data-section="long"]');
      await section.getByRole('button', { name: '顯示' }).click(patience);
      const rows = section.locator('tbody tr[data-index]');
      await rows.first().waitFor(patience);
      await eventually(() => rows.count(), (found) => found < 120, 'the rows that are drawn');
      await eventually(() => section.getByRole('table').getAttribute('aria-rowcount'), '1001');
      await rows.first().focus();
      for (const [key, index] of [['ArrowDown', 1], ['PageDown', 11], ['End', 999], ['ArrowUp', 998], ['Home', 0]]) {
        await page.keyboard.press(key);
        await page.waitForFunction((wanted) => document.activeElement?.getAttribute('data-index') === String(wanted), index, patience);
      }
      await eventually(() => rows.count(), (found) => found < 120, 'the rows that are drawn');
      assert.deepEqual(faults, []);
      await close();
    });

  it('the palette goes to a machine, a group and a page by keyboard alone', async () => {
    const { page, faults, close } = await openPage(browser, server.url);
    await page.locator('article[data-machine]').first().waitFor(patience);
    const field = page.getByRole('combobox', { name: '搜尋設備與頁面' });
    const go = async (text, key) => {
      await page.keyboard.press(key);
      await field.waitFor(patience);
      await page.keyboard.type(text);
      await page.locator('[role="listbox"] [role="option"]').first().waitFor(patience);
      if (text === 'vmc-1') {
        await settled(page);
        await screenshot(page, 'palette-1440');
        await checkPage(page, 'palette');
      }
      await page.keyboard.press('Enter');
      await field.waitFor({ state: 'detached', ...patience });
    };
    const { items } = await (await fetch(`${server.url}/api/v1/machines`)).json();
    const machine = items.find(({ id }) => id === 'vmc-1') ?? items[0];
    await go(machine.id, 'Control+k');
    await page.waitForURL(`**/machines/${machine.id}*`, patience);
    await go(machine.group.split('/').join(' / '), '/');
    await page.waitForURL('**/groups/**', patience);
    await go('系統狀態', 'Control+k');
    await page.waitForURL('**/system', patience);
    await page.goBack();
    await page.waitForURL('**/groups/**', patience);
    await page.keyboard.press('/');
    await field.waitFor(patience);
    await page.keyboard.type('沒有這台');
    await page.getByText('找不到「沒有這台」').waitFor(patience);
    await page.keyboard.press('Escape');
    await field.waitFor({ state: 'detached', ...patience });
    assert.deepEqual(faults, []);
    await close();
  });

  it('the palette takes the first letter that is typed once it is there', async () => {
    const { page, faults, close } = await openPage(browser, server.url);
    await page.locator('article[data-machine]').first().waitFor(patience);
    const hasKeys = page.evaluate(() => new Promise((tell) => {
      new MutationObserver((_, observer) => {
        const field = document.querySelector('[data-palette] [role="combobox"]');
        if (field === null) return;
        observer.disconnect();
        tell(document.activeElement === field);
      }).observe(document.body, { childList: true, subtree: true });
    }));
    await page.keyboard.press('Control+k');
    assert.equal(await hasKeys, true, 'the field has the keys as soon as it is drawn');
    assert.deepEqual(faults, []);
    await close();
  });

  it('? lists the keys, and a field that is typed in keeps its own', async () => {
    const { page, faults, close } = await openPage(browser, server.url);
    await page.locator('article[data-machine]').first().waitFor(patience);
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: '鍵盤操作' }).waitFor(patience);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached', ...patience });
    const search = page.locator('main input[type="search"]').first();
    await search.focus();
    await page.keyboard.type('/?');
    await eventually(() => search.inputValue(), '/?');
    assert.equal(await page.getByRole('dialog').count(), 0);
    assert.deepEqual(faults, []);
    await close();
  });

  it('a phone reaches every page with the thumb, and changes how it looks there', async () => {
    const { page, faults, close } = await openPage(browser, server.url, looks[0]);
    await live(page);
    const bar = page.getByRole('navigation', { name: '主選單' });
    await eventually(() => bar.getByRole('link').count(), 4);
    await bar.getByRole('button', { name: '更多' }).click();
    const sheet = page.getByRole('dialog', { name: '更多' });
    await sheet.getByRole('link', { name: '系統狀態' }).waitFor(patience);
    await settled(page);
    await screenshot(page, 'more-390');
    await checkPage(page, 'more');
    await sheet.getByText('深色', { exact: true }).click();
    await page.locator('html[data-mantine-color-scheme="dark"]').waitFor({ state: 'attached', ...patience });
    await sheet.getByText('加強（戶外、強光）').click();
    await sheet.getByText('民國 115').click();
    await settled(page);
    await checkPage(page, 'more, dark, contrast');
    await sheet.getByRole('link', { name: '系統狀態' }).click();
    await sheet.waitFor({ state: 'detached', ...patience });
    await page.locator('[data-verdict]').waitFor(patience);
    await settled(page);
    await screenshot(page, 'system-contrast-390');
    await checkPage(page, 'system, dark, contrast');
    await eventually(() => page.textContent('main'), /1\d\d-\d\d-\d\d/);
    await page.reload();
    await page.locator('html[data-contrast="more"][data-mantine-color-scheme="dark"]').waitFor({ state: 'attached', ...patience });
    assert.deepEqual(faults, []);
    await close();
  });

  it('the menu of a desktop folds and stays folded', async () => {
    const { page, faults, close } = await openPage(browser, server.url);
    await live(page);
    await page.getByRole('button', { name: '收合選單' }).click();
    await page.reload();
    await page.getByRole('button', { name: '展開' }).waitFor(patience);
    await settled(page);
    await screenshot(page, 'menu-slim-1440');
    await checkPage(page, 'slim menu');
    assert.deepEqual(faults, []);
    await close();
  });
});
