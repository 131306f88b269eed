import { renderToStaticMarkup } from 'react-dom/server';
import { createElement } from 'react';
import { describe, expect, it } from 'vitest';
import { StateIcon } from '../components/state_icon';
import { machineStates } from '../state/states';
import { statePaint } from './palette';
import { distance, seenAs, visionNames } from './vision';

const pairs = machineStates.flatMap((one, place) => machineStates.slice(place + 1).map((other) => [one, other] as const));

describe('the states, to eyes that see other colours', () => {
  it.each(visionNames)('%s: two states differ at a glance by colour, or one of them is striped', (vision) => {
    const alike = pairs.filter(
      ([one, other]) =>
        statePaint[one].stripes === statePaint[other].stripes &&
        distance(statePaint[one].fill, statePaint[other].fill, vision) < 10,
    );
    expect(alike).toEqual([]);
  });

  it.each(visionNames)('%s: running is never taken for a fault or for standing', (vision) => {
    for (const other of ['alarm', 'estop', 'idle', 'wait', 'hold', 'offline', 'power_off'] as const)
      expect(distance(statePaint.run.fill, statePaint[other].fill, vision), other).toBeGreaterThanOrEqual(14.5);
  });

  it('without any colour each state has a sign of its own', () => {
    const drawn = machineStates.map((state) => renderToStaticMarkup(createElement(StateIcon, { state })));
    expect(new Set(drawn).size).toBe(machineStates.length);
  });

  it('grey stays grey, red turns to olive for who sees no green', () => {
    expect(seenAs('#808080', 'deuteranopia')).toBe('#808080');
    expect(seenAs('#d43c3c', 'deuteranopia')).not.toBe('#d43c3c');
    expect(distance('#2e9e5b', '#d43c3c')).toBeGreaterThan(60);
  });
});
