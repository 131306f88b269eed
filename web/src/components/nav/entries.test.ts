import { describe, expect, it } from 'vitest';
import { entryOf, navEntries } from './entries';

describe('the entry of a page', () => {
  it.each([
    ['/', '/'],
    ['/machines/vmc-1', '/'],
    ['/connections/new', '/connections'],
    ['/groups/一廠/A線', '/plant'],
    ['/system', '/system'],
  ])('%s belongs to %s', (path, entry) => expect(entryOf(path)).toBe(entry));

  it('a page outside the menu belongs to none', () => expect(entryOf('/gallery')).toBeUndefined());

  it('a phone shows four, so that a thumb hits them', () => expect(navEntries.filter(({ thumb }) => thumb)).toHaveLength(4));
});
