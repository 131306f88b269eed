// Spreads drawing over frames: what changed is drawn again as long as a frame has time for it, the
// rest in the next one. Two hundred machines that change at once cost a few frames of a little work
// each instead of one that everybody sees.

import { flushSync } from 'react-dom';

const budgetMs = 6;
const together = 6;

type Draw = () => void;

const waiting = new Set<Draw>();
let asked = false;

function drain(): void {
  asked = false;
  const started = performance.now();
  while (waiting.size > 0 && performance.now() - started < budgetMs) {
    const some: Draw[] = [];
    for (const draw of waiting) {
      some.push(draw);
      if (some.length === together) break;
    }
    for (const draw of some) waiting.delete(draw);
    flushSync(() => {
      for (const draw of some) draw();
    });
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
