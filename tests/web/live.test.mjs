// The live stream: one for all tabs, kept through cut wires, stalled wires and restarts of the box.
// Against the pretended plant only, which can be told what to do.

import assert from 'node:assert/strict';
import { after, before, beforeEach, afterEach, describe, it } from 'node:test';
import { eventually, live, openPage, startBrowser, startPlant, whyNot } from './browser.mjs';
import { startProxy } from './proxy.mjs';

const skip = process.env.SPINDLE_URL ? 'a real plant is not told what to do' : (whyNot() ?? false);
const stateOf = (id, state) => `article[data-machine="${id}"][data-state="${state}"]`;

describe('the live stream', { skip, concurrency: false }, () => {
  let browser;
  let plant;
  let wire;
  before(async () => void (browser = await startBrowser()));
  after(() => browser?.close());
  beforeEach(async () => {
    plant = await startPlant();
    wire = await startProxy(plant.url);
  });
  afterEach(async () => {
    await wire.stop();
    await plant.stop();
  });

  /** `count` tabs of one browser, all hearing. */
  async function openTabs(count) {
    const first = await openPage(browser, wire.url);
    const pages = [first.page];
    while (pages.length < count) {
      const page = await first.page.context().newPage();
      await page.goto(wire.url);
      pages.push(page);
    }
    for (const page of pages) {
      await page.locator(stateOf('vmc-1', 'run')).waitFor();
      await live(page);
    }
    return { pages, close: first.close };
  }
  const allShow = (pages, state) => Promise.all(pages.map((page) => page.locator(stateOf('vmc-1', state)).waitFor()));

  it('eight tabs share one, and hear the same', async () => {
    const { pages, close } = await openTabs(8);
    assert.equal(plant.streams(), 1);
    plant.setState('vmc-1', 'idle');
    await allShow(pages, 'idle');
    // The browser's six connections are still free for what the pages ask.
    await pages[7].reload();
    await allShow(pages, 'idle');
    await close();
    await eventually(() => plant.streams(), 0, 'the last tab gave the stream back');
  });

  it('outlives the tab that began it, and tabs that are frozen', async () => {
    const { pages, close } = await openTabs(4);
    const [first, frozen, ...rest] = pages;
    const freezer = await frozen.context().newCDPSession(frozen);
    await freezer.send('Page.setWebLifecycleState', { state: 'frozen' });
    await first.close();
    plant.setState('vmc-1', 'alarm');
    await allShow(rest, 'alarm');
    // More than what goes into one message, while the frozen tab takes none.
    for (let i = 0; i < 200; ++i) plant.setState('vmc-2', i % 2 === 0 ? 'run' : 'hold');
    await Promise.all(rest.map((page) => page.locator(stateOf('vmc-2', 'hold')).waitFor()));
    assert.equal(plant.streams(), 1);
    await freezer.send('Page.setWebLifecycleState', { state: 'active' });
    await frozen.locator(stateOf('vmc-1', 'alarm')).waitFor();
    await frozen.locator(stateOf('vmc-2', 'hold')).waitFor();
    await close();
  });

  it('misses nothing of what happened while the wire was cut, without a reload', async () => {
    const { pages, close } = await openTabs(1);
    const [page] = pages;
    const reloads = [];
    page.on('framenavigated', (frame) => reloads.push(frame.url()));
    const partsOf = (id) => page.locator(`article[data-machine="${id}"]`).evaluate((tile) => Number(/([\d,]+) *件/.exec(tile.textContent)[1].replaceAll(',', '')));
    const parts = await partsOf('lathe-3');
    wire.cut();
    await page.locator('[role="status"][data-phase="broken"]').waitFor();
    await page.locator('[data-severity="error"]').waitFor();
    for (const [id, state] of [['vmc-1', 'setup'], ['lathe-1', 'alarm'], ['press-2', 'run'], ['lathe-1', 'maint']]) plant.setState(id, state);
    for (let i = 0; i < 7; ++i) plant.addPart('lathe-3');
    wire.mend();
    for (const [id, state] of [['vmc-1', 'setup'], ['lathe-1', 'maint'], ['press-2', 'run']]) await page.locator(stateOf(id, state)).waitFor();
    await eventually(() => partsOf('lathe-3'), parts + 7, 'seven parts more');
    await page.locator('[data-severity="error"]').waitFor({ state: 'detached' });
    assert.deepEqual(reloads, []);
    await close();
  });

  it('a wire that lets nothing through is noticed by the missing beats, and heals', async () => {
    const { pages, close } = await openTabs(2);
    wire.stall();
    for (const page of pages) await page.locator('[data-severity="error"]').waitFor();
    plant.setState('vmc-1', 'hold');
    wire.mend();
    await allShow(pages, 'hold');
    for (const page of pages) await page.locator('[data-severity="error"]').waitFor({ state: 'detached' });
    await close();
  });

  it('a box that was restarted knows nothing of before, and the pages ask it for all', async () => {
    const { pages, close } = await openTabs(2);
    plant.setState('vmc-1', 'idle');
    await allShow(pages, 'idle');
    const { port } = plant;
    await plant.stop();
    for (const page of pages) await page.locator('[role="status"][data-phase="broken"]').waitFor();
    plant = await startPlant({ port });
    await allShow(pages, 'run');
    await close();
  });

  it('a browser without shared workers has a stream in each tab', async () => {
    const { page, close } = await openPage(browser, 'about:blank');
    await page.addInitScript(() => delete globalThis.SharedWorker);
    await page.goto(wire.url);
    await page.locator(stateOf('vmc-1', 'run')).waitFor();
    await live(page);
    plant.setState('vmc-1', 'idle');
    await page.locator(stateOf('vmc-1', 'idle')).waitFor();
    await close();
    await eventually(() => plant.streams(), 0, 'the tab gave its stream back');
  });
});
