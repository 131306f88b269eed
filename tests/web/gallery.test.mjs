// The gallery against pictures of itself: one a section, half size, so that what changed is seen in a
// review. A difference writes the picture, what it was, and where they differ to build/snapshots/.
// UPDATE_SNAPSHOTS=1 node --test tests/web/gallery.test.mjs draws them anew.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openPage, settled, startBrowser, startPlant, whyNot } from './browser.mjs';

const skip = process.env.SPINDLE_URL ? 'the gallery is the same everywhere' : (whyNot() ?? false);
const require = createRequire(new URL('../../web/package.json', import.meta.url));
const stored = fileURLToPath(new URL('snapshots/', import.meta.url));
const found = fileURLToPath(new URL('../../build/snapshots/', import.meta.url));
const update = Boolean(process.env.UPDATE_SNAPSHOTS);

// Fonts are drawn a little differently by each release of the font library.
const colourTolerance = 0.25;
const shareMax = 0.03;
const heightShareMax = 0.03;

const looks = [
  { name: 'light-zh', width: 1280, height: 900, language: 'zh-TW', scheme: 'light' },
  { name: 'dark-en', width: 1280, height: 900, language: 'en', scheme: 'dark' },
];

/** What is different between a stored picture and a new one; null when they are alike. */
function difference(name, now) {
  const { PNG } = require('pngjs');
  const pixelmatch = require('pixelmatch').default ?? require('pixelmatch');
  const path = `${stored}${name}.png`;
  if (update || !existsSync(path)) {
    mkdirSync(stored, { recursive: true });
    writeFileSync(path, now);
    return update ? null : `${name}: there was no picture; ${path} is new, look at it and keep it`;
  }
  const [was, is] = [PNG.sync.read(readFileSync(path)), PNG.sync.read(now)];
  const [width, height] = [Math.min(was.width, is.width), Math.min(was.height, is.height)];
  const cut = (image) => {
    const piece = new PNG({ width, height });
    PNG.bitblt(image, piece, 0, 0, width, height, 0, 0);
    return piece;
  };
  const shown = new PNG({ width, height });
  const differing = pixelmatch(cut(was).data, cut(is).data, shown.data, width, height, { threshold: colourTolerance });
  const share = differing / (width * height);
  const grown = Math.abs(was.height - is.height) / was.height;
  if (share <= shareMax && grown <= heightShareMax && was.width === is.width) return null;
  mkdirSync(found, { recursive: true });
  writeFileSync(`${found}${name}.png`, now);
  writeFileSync(`${found}${name}-was.png`, PNG.sync.write(was));
  writeFileSync(`${found}${name}-differs.png`, PNG.sync.write(shown));
  return `${name}: ${(100 * share).toFixed(1)} % of the pixels differ, ${was.width} × ${was.height} became ${is.width} × ${is.height}; see ${found}`;
}

describe('the gallery looks as it did', { skip, concurrency: false }, () => {
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

  for (const look of looks)
    it(look.name, async () => {
      const { page, close } = await openPage(browser, `${plant.url}/gallery`, { ...look, deviceScaleFactor: 0.5 });
      await page.locator('[data-section]').last().waitFor();
      await settled(page, { busy: true });
      const troubles = [];
      for (const section of await page.locator('[data-section]').all()) {
        const name = `${await section.getAttribute('data-section')}-${look.name}`;
        const trouble = difference(name, await section.screenshot({ animations: 'disabled' }));
        if (trouble !== null) troubles.push(trouble);
      }
      await close();
      if (troubles.length > 0) assert.fail(troubles.join('\n'));
    });
});
