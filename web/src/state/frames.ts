// Spreads drawing over frames: what changed is drawn again as long as a frame has time for it, the
// rest in the next one. Two hundred machines that change at once cost a few frames of a little work
// each instead of one that everybody sees.

import { flushSync } from 'react-dom';

const budgetMs = 6;
const togetherMin = 4;
const togetherMax = 200;

type Draw = () => void;

const waiting = new Set<Draw>();
let asked = false;
/** What one drawing costs, in ms, as far as known: each pass through React has a price of its own. */
let cost = 0.5;

function take(count: number): Draw[] {
  const some: Draw[] = [];
  for (const draw of waiting) {
    if (some.length >= count) break;
    some.push(draw);
  }
  for (const draw of some) waiting.delete(draw);
  return some;
}

function drain(): void {
  asked = false;
  const started = performance.now();
  for (let now = started; waiting.size > 0 && now - started < budgetMs; ) {
    const wanted = Math.floor((budgetMs - (now - started)) / cost);
    const some = take(Math.min(togetherMax, Math.max(togetherMin, wanted)));
    flushSync(() => {
      for (const draw of some) draw();
    });
    const took = performance.now() - now;
    now += took;
    cost = Math.max(0.01, cost * 0.8 + (took / some.length) * 0.2);
  }
  if (waiting.size > 0) ask();
}

function ask(): void {
  if (asked) return;
  asked = true;
  nextFrame(drain);
}

const unseenMs = 250;

/** In the next frame; a little later when none comes, because nobody looks. */
export function nextFrame(then: () => void): void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const frame = requestAnimationFrame(() => {
    clearTimeout(timer);
    then();
  });
  timer = setTimeout(() => {
    cancelAnimationFrame(frame);
    then();
  }, unseenMs);
}

/** Calls `draw`, a listener that makes React draw something again, when a frame has time for it. */
export function drawSoon(draw: Draw): void {
  waiting.add(draw);
  ask();
}

/** What was to be drawn is gone. */
export function forgetDraw(draw: Draw): void {
  waiting.delete(draw);
}
