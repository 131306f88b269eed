import { describe, expect, it } from 'vitest';
import { parseContact } from './last_contact';

describe('the last contact', () => {
  it('is read back as it was kept', () => {
    const kept = { at: 1_710_396_309_000, seen: 1_710_396_999_000, name: '示範工廠', timezone: 'Asia/Taipei' };
    expect(parseContact(JSON.stringify(kept))).toEqual(kept);
  });

  it.each([null, '', 'null', '{}', '[1]', '{"at":"soon","seen":1,"name":"a","timezone":"b"}', '{"at":1e999,"seen":1,"name":"a","timezone":"b"}', '{"at":1,"name":"a","timezone":"b"}', '{"at":1,"seen":1,"name":2,"timezone":"b"}'])(
    'is none for %j',
    (text) => expect(parseContact(text)).toBeNull(),
  );
});
