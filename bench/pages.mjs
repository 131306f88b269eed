#!/usr/bin/env node
// What the pages cost a browser: how soon the first tile is there on a slow machine, what is sent for
// it, and whether a lively floor and a long timeline stay smooth. Figures, no verdicts.
//
// The first part runs against the program ($SPINDLE, else build/release/spindle) with its demo, each
// time with an empty cache and the CPU slowed four times; the rest against the pretended plant of
// web/mock, which has 200 machines with two events a second each, and a press of 100,000 intervals.

import { spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startBrowser, startPlant, whyNot } from '../tests/web/browser.mjs';
import { frameTimes, paintTimes, summary } from './pages/measures.mjs';

const program = process.env.SPINDLE ?? fileURLToPath(new URL('../build/release/spindle', import.meta.url));
const coldRuns = 7;
const slowdown = 4;
const lively = { machines: 200, rate: 2 };
const livelySeconds = 15;
const timelineFrames = 150;

async function startDemo() {
  const child = spawn(program, ['demo', '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'pipe'] });
  for (const output of [child.stdout, child.stderr])
    createInterface({ input: output }).on('line', (line) => child.emit('line', line));
  const url = await new Promise((resolve, reject) => {
    child.on('line', (line) => {
      const found = /listening on (http:\/\/[^/ ]*)/.exec(line);
      if (found) resolve(found[1]);
    });
    child.on('exit', () => reject(new Error('the demo did not start')));
  });
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        child.removeAllListeners('exit').on('exit', resolve);
        child.kill('SIGTERM');
      }),
  };
}

/** First paint and first tile with nothing cached, and what was sent until then. */
async function cold(browser, url) {
  const runs = [];
  for (let run = 0; run < coldRuns; ++run) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await devtools.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
    runs.push(await paintTimes(page, devtools, url));
    await context.close();
  }
  const middle = (name) => summary(runs.map((each) => each[name])).p50;
  const worst = (name) => Math.max(...runs.map((each) => each[name]));
  return {
    first_paint_ms: middle('firstPaint'),
    first_paint_ms_worst: worst('firstPaint'),
    first_tile_ms: middle('firstTile'),
    first_tile_ms_worst: worst('firstTile'),
    script_kb: middle('scriptBytes') / 1024,
    style_kb: middle('styleBytes') / 1024,
    font_kb: middle('fontBytes') / 1024,
    all_kb: middle('allBytes') / 1024,
    requests: worst('requests'),
    requests_elsewhere: worst('elsewhere'),
  };
}

async function floor(browser, rate) {
  const plant = await startPlant(lively);
  const context = await browser.newContext({ viewport: { width: 1920, height: 1080 }, serviceWorkers: 'block' });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await page.goto(plant.url);
  await page.locator('article[data-machine], [data-machine]').first().waitFor();
  await page.locator('[role="status"][data-phase="open"]').waitFor();
  await page.waitForTimeout(3000);
  await devtools.send('Emulation.setCPUThrottlingRate', { rate });
  await page.waitForTimeout(1000);
  const times = await frameTimes(page, livelySeconds * 1000);
  await context.close();
  await plant.stop();
  return times;
}

async function timeline(browser) {
  const plant = await startPlant();
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
  const page = await context.newPage();
  const to = Date.parse('2024-03-14T06:05:00Z');
  const span = `from=${new Date(to - 31 * 86_400_000).toISOString()}&to=${new Date(to).toISOString()}`;
  await page.goto(`${plant.url}/machines/press-1?${span}`);
  const frame = page.locator('[role="application"]').first();
  await frame.waitFor();
  const intervals = Number(/共 ([\d,]+) 段|([\d,]+) intervals/.exec(await frame.getAttribute('aria-label'))?.slice(1).find(Boolean)?.replaceAll(',', '') ?? 0);
  await page.waitForTimeout(2000);
  const box = await frame.boundingBox();
  const zoom = page.evaluate(
    async ([x, y, count]) => {
      const target = document.querySelector('[role="application"]');
      for (let i = 0; i < count; ++i) {
        target.dispatchEvent(new WheelEvent('wheel', { deltaY: i % 60 < 30 ? -40 : 40, ctrlKey: true, clientX: x, clientY: y, bubbles: true, cancelable: true }));
        await new Promise(requestAnimationFrame);
      }
    },
    [box.x + box.width / 2, box.y + 40, timelineFrames],
  );
  const times = await frameTimes(page, 0, zoom);
  await context.close();
  await plant.stop();
  return { intervals, ...times };
}

function print(title, figures) {
  console.log(`\n${title}`);
  for (const [name, value] of Object.entries(figures)) console.log(`  ${name.padEnd(26)} ${(Number.isInteger(value) ? String(value) : value.toFixed(1)).padStart(10)}`);
}

const why = whyNot();
if (why !== undefined) throw new Error(why);
const figures = {};
const browser = await startBrowser();
try {
  if (existsSync(program)) {
    const demo = await startDemo();
    figures.cold = await cold(browser, demo.url);
    await demo.stop();
    print(`first visit of the floor, the demo, CPU slowed ${slowdown} ×, ${coldRuns} runs`, figures.cold);
  } else {
    console.log(`no program at ${program}: the first visit is not measured`);
  }
  figures.floor = await floor(browser, 1);
  print(`floor of ${lively.machines} machines, ${lively.rate} events a second each, frames over ${livelySeconds} s`, figures.floor);
  figures.floor_slowed = await floor(browser, slowdown);
  print(`the same, CPU slowed ${slowdown} ×`, figures.floor_slowed);
  figures.timeline = await timeline(browser);
  print('timeline of a month, zoomed at each frame', figures.timeline);
} finally {
  await browser.close();
}
if (process.env.SPINDLE_BENCH_JSON) writeFileSync(process.env.SPINDLE_BENCH_JSON, JSON.stringify(figures, null, 1));
