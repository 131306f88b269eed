import { QueryClient } from '@tanstack/react-query';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { keys } from '../api/queries';
import type { Machine } from '../api/types';
import { MachineStore } from './machine_store';
import { sameParts } from './machines';

const frames: (() => void)[] = [];
vi.mock('./frames', () => ({
  drawSoon: (draw: () => void) => frames.push(draw),
  forgetDraw: (draw: () => void) => void (frames.includes(draw) && frames.splice(frames.indexOf(draw), 1)),
}));

const machine = (id: string, state = 'run') => ({ id, name: id, group: '', state }) as Machine;

describe('the machine store', () => {
  let queries: QueryClient;
  let store: MachineStore;
  let stop: () => void;
  beforeEach(() => {
    frames.length = 0;
    queries = new QueryClient();
    store = new MachineStore(queries);
    stop = store.start();
  });
  afterEach(() => stop());

  it('tells the listeners of what changed, and nobody else', () => {
    const [a, b] = [machine('a'), machine('b')];
    queries.setQueryData(keys.machines, [a, b]);
    const heard: string[] = [];
    store.subscribe('a', () => heard.push('a'));
    store.subscribe('b', () => heard.push('b'));
    queries.setQueryData(keys.machines, [a, machine('b', 'idle')]);
    for (const draw of frames) draw();
    expect(heard).toEqual(['b']);
    expect(store.machine('b')!.state).toBe('idle');
  });

  it('tells when a machine comes and when it goes', () => {
    const heard: unknown[] = [];
    store.subscribe('a', () => heard.push(store.machine('a')?.id));
    queries.setQueryData(keys.machines, [machine('a')]);
    for (const draw of frames.splice(0)) draw();
    queries.setQueryData(keys.machines, []);
    for (const draw of frames.splice(0)) draw();
    expect(heard).toEqual(['a', undefined]);
  });

  it('forgets a listener that left, drawn or not', () => {
    const leave = store.subscribe('a', () => expect.unreachable());
    queries.setQueryData(keys.machines, [machine('a')]);
    leave();
    for (const draw of frames) draw();
    queries.setQueryData(keys.machines, [machine('a', 'idle')]);
    expect(frames).toEqual([]);
  });

  it('other documents in the cache are none of its business', () => {
    queries.setQueryData(keys.machine('a'), machine('a'));
    expect(store.machine('a')).toBeUndefined();
  });
});

describe('parts of a machine are the same', () => {
  it.each([
    [1, 1, true],
    [undefined, undefined, true],
    [{ a: 1 }, { a: 1 }, true],
    [[1, 2], [1, 2], true],
    [1, 2, false],
    [{ a: 1 }, { b: 1 }, false],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [{ a: {} }, { a: {} }, false],
    [null, {}, false],
  ])('%j and %j: %s', (a, b, same) => expect(sameParts(a, b)).toBe(same));
});
