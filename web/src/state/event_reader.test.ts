import { describe, expect, it } from 'vitest';
import { EventReader } from './event_reader';

const text = 'retry: 1000\nevent: hello\ndata: {"now":1}\n\nid: 7\nevent: state\ndata: {"a":\ndata: 1}\n\n: still here\n\ndata: plain\n\n';
const events = [
  { kind: 'hello', data: '{"now":1}', id: null },
  { kind: 'state', data: '{"a":\n1}', id: '7' },
  { kind: 'message', data: 'plain', id: '7' },
];

describe('the event reader', () => {
  it('reads events with their ids, and passes over comments and unknown fields', () => {
    expect(new EventReader().feed(text)).toEqual(events);
  });

  it('reads the same one character at a time', () => {
    const reader = new EventReader();
    expect([...text].flatMap((character) => reader.feed(character))).toEqual(events);
  });

  it('reads lines that end in CR LF', () => {
    expect(new EventReader().feed(text.replaceAll('\n', '\r\n'))).toEqual(events);
  });

  it('goes on with the id that a stream before it had', () => {
    expect(new EventReader('41').feed('data: x\n\n')).toEqual([{ kind: 'message', data: 'x', id: '41' }]);
  });

  it('an event that is cut off is none', () => {
    expect(new EventReader().feed('event: state\ndata: {}\n')).toEqual([]);
  });

  it('gives up on a line without an end', () => {
    const reader = new EventReader();
    expect(() => {
      for (let i = 0; i < 10; ++i) reader.feed('x'.repeat(1_000_000));
    }).toThrow('without an end');
  });
});
