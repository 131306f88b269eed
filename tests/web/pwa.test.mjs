// The pages without a way to the box, and with a newer program on it.

import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { checkPage, eventually, live, openPage, screenshot, settled, startBrowser, startServer, whyNot } from './browser.mjs';
import { startProxy } from './proxy.mjs';

const dist = process.env.SPINDLE_DIST ?? fileURLToPath(new URL('../../web/dist', import.meta.url));
const skip = whyNot() ?? (existsSync(join(dist, 'sw.js')) ? false : 'no web/dist/sw.js: npm run build in web/');
const patience = { timeout: 30_000 };

/** The service worker has taken this page. */
const controlled = (page) => page.waitForFunction(() => navigator.serviceWorker.controller !== null, null, patience);

describe('the installed pages', { skip, concurrency: false }, () => {
  let browser;
  let server;
  before(async () => {
    [browser, server] = await Promise.all([startBrowser(), startServer()]);
  });
  after(async () => {
    await browser?.close();
    await server?.stop();
  });

  it('every file of the manifest is there, of the type it says', async () => {
    const manifest = await fetch(`${server.url}/manifest.webmanifest`);
    assert.match(manifest.headers.get('content-type'), /^application\/manifest\+json/);
    const { icons, lang, start_url } = await manifest.json();
    assert.equal(lang, 'zh-Hant-TW');
    assert.equal(start_url, '/');
    assert.ok(icons.some(({ purpose }) => purpose === 'maskable'));
    for (const { src, type, sizes } of icons) {
      const icon = await fetch(server.url + src);
      assert.equal(icon.headers.get('content-type'), type, src);
      const size = Buffer.from(await icon.arrayBuffer()).readUInt32BE(16);
      assert.equal(`${size}x${size}`, sizes, src);
    }
  });

  it('without the network the shell says that it is offline and since when, and heals by itself', async () => {
    const proxy = await startProxy(server.url);
    const { page, faults, close } = await openPage(browser, proxy.url, { width: 390, height: 844, touch: true, serviceWorkers: 'allow' });
    await controlled(page);
    await live(page);
    await page.waitForFunction(() => localStorage.getItem('spindle.contact') !== null, null, patience);
    proxy.cut();
    await page.goto(`${proxy.url}/machines/any?window=8h`);
    const offline = page.locator('[data-offline]');
    await offline.waitFor(patience);
    await eventually(() => offline.textContent(), /離線中.*最後連線：\d{3,4}-\d\d-\d\d \d\d:\d\d:\d\d（.+）/);
    await screenshot(page, 'offline-390');
    await checkPage(page, 'offline');
    proxy.mend();
    await offline.waitFor({ state: 'detached', ...patience });
    assert.deepEqual(faults.filter((fault) => !fault.startsWith('console: Failed to load resource')), []);
    await close();
    await proxy.stop();
  });

  it('keeps nothing the box answered', async () => {
    const { page, close } = await openPage(browser, server.url, { serviceWorkers: 'allow' });
    await controlled(page);
    await live(page);
    await settled(page);
    const kept = await page.evaluate(async () => {
      const paths = [];
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname);
      return paths;
    });
    assert.ok(kept.includes('/'));
    assert.deepEqual(kept.filter((path) => !/^\/($|assets\/|icons\/|manifest\.webmanifest$)/.test(path)), []);
    await close();
  });

  it('offers a newer version, and mixes no files of two', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'spindle-dist-'));
    cpSync(dist, folder, { recursive: true });
    const { startMock } = await import(new URL('../../web/mock/server.mjs', import.meta.url));
    const mock = await startMock({ dist: folder });
    const { page, faults, close } = await openPage(browser, mock.url, { serviceWorkers: 'allow' });
    await controlled(page);
    await live(page);
    const edit = (name, from, to) => writeFileSync(join(folder, name), readFileSync(join(folder, name), 'utf8').replace(from, to));
    edit('index.html', '<title>', '<meta name="mark" content="newer"><title>');
    edit('sw.js', /"version":"\w+"/, '"version":"newer"');
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    const reload = page.getByRole('button', { name: '重新載入' });
    await reload.waitFor(patience);
    // A page the old version had not fetched yet still comes, though the new program no longer has it.
    const [chunk] = /assets\/system_page-[\w-]+\.js/.exec(readFileSync(join(folder, 'sw.js'), 'utf8'));
    rmSync(join(folder, chunk));
    await page.getByRole('link', { name: '系統狀態' }).click();
    await page.getByRole('heading', { level: 1, name: '系統狀態' }).waitFor(patience);
    assert.equal(await page.locator('meta[name="mark"]').count(), 0);
    await reload.click();
    await page.locator('meta[name="mark"]').waitFor({ state: 'attached', ...patience });
    assert.deepEqual(faults, []);
    await close();
    await mock.stop();
    rmSync(folder, { recursive: true });
  });
});
