import { describe, expect, it } from 'vitest';
import { machineStates } from '../state/states';
import { contrast, ground, lightPaint, statePaint, stripePaint, strongGround, strongInk, strongLight } from './palette';

describe('palette', () => {
  it.each(machineStates)('%s: its word is readable on its colour and on the page', (state) => {
    const paint = statePaint[state];
    expect(contrast(paint.on, paint.fill)).toBeGreaterThanOrEqual(4.5);
    for (const on of [ground.light.page, ground.light.card])
      expect(contrast(paint.inkLight, on)).toBeGreaterThanOrEqual(4.5);
    for (const on of [ground.dark.page, ground.dark.card])
      expect(contrast(paint.inkDark, on)).toBeGreaterThanOrEqual(4.5);
  });

  it('stripes leave the word readable', () => {
    for (const state of ['estop', 'offline'] as const)
      expect(contrast(statePaint[state].on, stripePaint[state])).toBeGreaterThanOrEqual(4.5);
  });

  it('where one is stays readable in the menu', () => {
    for (const { here, hereInk } of [ground.light, ground.dark]) expect(contrast(hereInk, here)).toBeGreaterThanOrEqual(4.5);
  });

  it('with more contrast every text reaches 7', () => {
    for (const scheme of ['light', 'dark'] as const)
      for (const on of [strongGround[scheme].page, strongGround[scheme].card]) {
        expect(contrast(strongGround[scheme].dim, on)).toBeGreaterThanOrEqual(7);
        expect(contrast(strongGround[scheme].line, on)).toBeGreaterThanOrEqual(4.5);
        for (const state of machineStates) expect(contrast(strongInk(state, scheme), on), state).toBeGreaterThanOrEqual(7);
        for (const paint of Object.values(strongLight)) expect(contrast(paint[scheme], on)).toBeGreaterThanOrEqual(7);
      }
  });

  it('small text and lights are readable on both grounds', () => {
    for (const scheme of ['light', 'dark'] as const) {
      for (const on of [ground[scheme].page, ground[scheme].card]) {
        expect(contrast(ground[scheme].text, on)).toBeGreaterThanOrEqual(7);
        expect(contrast(ground[scheme].dim, on)).toBeGreaterThanOrEqual(4.5);
        for (const paint of Object.values(lightPaint))
          expect(contrast(paint[scheme], on)).toBeGreaterThanOrEqual(4.5);
      }
    }
  });
});
