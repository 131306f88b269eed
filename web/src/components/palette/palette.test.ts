import { describe, expect, it } from 'vitest';
import { found, groupPaths, type Entry } from './entries';
import { askedBy } from './use_shortcuts';

const entry = (name: string, also = '', more?: string): Entry => ({ id: name, kind: 'machine', name, also, more, run: () => undefined });
const names = (text: string, entries: Entry[]) => found(entries, text).map(({ name }) => name);

describe('the palette', () => {
  const floor = [entry('總覽', '/'), entry('立式加工機 1', 'vmc-1', '一廠 / A線'), entry('立式加工機 2', 'vmc-2', '一廠 / B線'), entry('沖床 VMC', 'press-1')];

  it.each([
    ['', ['總覽', '立式加工機 1', '立式加工機 2', '沖床 VMC']],
    ['vmc', ['立式加工機 1', '立式加工機 2', '沖床 VMC']],
    ['ＶＭＣ-2', ['立式加工機 2']],
    ['立式 b線', ['立式加工機 2']],
    ['加工機 1', ['立式加工機 1']],
    ['沒有這台', []],
  ])('%j finds %j', (text, expected) => expect(names(text, floor)).toEqual(expected));

  it('shows at most sixty, however many machines there are', () => {
    expect(found(Array.from({ length: 500 }, (_, n) => entry(`機台 ${n}`)), '機台')).toHaveLength(60);
  });

  it('groups come with those above them, once', () => {
    expect(groupPaths([{ group: '一廠/A線' }, { group: '一廠/B線' }, { group: '' }])).toEqual(['一廠', '一廠/A線', '一廠/B線']);
  });
});

describe('a key', () => {
  const key = (key: string, held = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...held });
  it.each([
    [key('k', { ctrlKey: true }), true, 'palette'],
    [key('K', { metaKey: true }), false, 'palette'],
    [key('/'), false, 'palette'],
    [key('?'), false, 'keys'],
    [key('/'), true, undefined],
    [key('?'), true, undefined],
    [key('k'), false, undefined],
    [key('k', { ctrlKey: true, altKey: true }), false, undefined],
  ])('%j, in a field %s, asks for %s', (event, inField, asked) => expect(askedBy(event, inField)).toBe(asked));
});
