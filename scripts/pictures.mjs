// The pictures of the README: the demo at SPINDLE_URL, seen as people see it. Started by scripts/pictures.

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { live, openPage, settled, startBrowser, whyNot } from '../tests/web/browser.mjs';

const folder = fileURLToPath(new URL('../docs/pictures/', import.meta.url));
const url = process.env.SPINDLE_URL;

const patienceMs = 60_000;
const statesLeast = 3;
const desk = { width: 1440, height: 900 };
const phone = { width: 390, height: 844, touch: true, deviceScaleFactor: 2 };

/** What is worth a picture: the machine that did the most different things lately. */
async function interesting() {
  const { items } = await (await fetch(`${url}/api/v1/machines?signals=false`)).json();
  const to = Date.now();
  const span = `from=${new Date(to - 8 * 3_600_000).toISOString()}&to=${new Date(to).toISOString()}`;
  const kinds = await Promise.all(
    items.map(async ({ id }) => {
      const { items: states, lanes } = await (await fetch(`${url}/api/v1/machines/${id}/timeline?${span}`)).json();
      return [id, new Set(states.map(({ state }) => state)).size * 100 + Object.values(lanes).filter((lane) => lane.length > 0).length * 50 + Math.min(50, states.length)];
    }),
  );
  return kinds.sort((a, b) => b[1] - a[1])[0][0];
}

/** Waits a while for a moment at which not all machines do the same. */
async function livelyMoment() {
  const deadline = Date.now() + patienceMs;
  while (Date.now() < deadline) {
    const { items } = await (await fetch(`${url}/api/v1/machines?signals=false`)).json();
    if (new Set(items.map(({ state }) => state)).size >= statesLeast) return;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

const pictures = (machine) => [
  { name: 'floor', path: '/', look: { ...desk, height: 1000 }, ready: 'article[data-machine]' },
  { name: 'floor-en', path: '/', look: { ...desk, height: 1000, language: 'en', scheme: 'dark' }, ready: 'article[data-machine]' },
  { name: 'machine', path: `/machines/${machine}?window=8h`, look: { ...desk, height: 1100 }, ready: '[data-figure="availability"]' },
  { name: 'board', path: '/board', look: { width: 1920, height: 1080, scheme: 'dark' }, ready: '[data-board]' },
  { name: 'phone', path: '/', look: phone, ready: 'article[data-machine]' },
  { name: 'alarms', path: '/alarms', look: desk, ready: 'ol, table, [data-empty]' },
  { name: 'storage', path: '/storage', look: { ...desk, height: 1100 }, ready: '[data-kind="raw"]' },
];

const why = whyNot();
if (why !== undefined || !url) throw new Error(why ?? 'SPINDLE_URL is not set');
mkdirSync(folder, { recursive: true });
const browser = await startBrowser();
try {
  for (const { name, path, look, ready } of pictures(await interesting())) {
    if (path === '/') await livelyMoment();
    const { page, close } = await openPage(browser, url + path, look);
    await page.locator(ready).first().waitFor();
    if (name !== 'board') await live(page);
    await settled(page);
    await page.screenshot({ path: `${folder}${name}.png` });
    console.log(`docs/pictures/${name}.png`);
    await close();
  }
} finally {
  await browser.close();
}
