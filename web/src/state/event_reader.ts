// Cuts a Server-Sent Events text into events. Text in, events out: no socket, no clock.
// Feed pieces of any size. Source: HTML Living Standard, 9.2.6 "Interpreting an event stream".

export interface StreamEvent {
  kind: string;
  data: string;
  /** The id to resume after; null when the stream never told one. */
  id: string | null;
}

/** Longer than any event of the box: a stream without line ends is no event stream. */
const pendingMax = 8_000_000;

export class EventReader {
  private pending = '';
  private kind = '';
  private data: string[] = [];

  constructor(private id: string | null = null) {}

  /** The events that `text` completes. Throws when this can't be an event stream. */
  feed(text: string): StreamEvent[] {
    const events: StreamEvent[] = [];
    const lines = (this.pending + text).split('\n');
    this.pending = lines.pop() ?? '';
    if (this.pending.length > pendingMax) throw new Error('a line without an end');
    for (const line of lines) this.take(line.endsWith('\r') ? line.slice(0, -1) : line, events);
    return events;
  }

  private take(line: string, events: StreamEvent[]): void {
    if (line === '') {
      if (this.data.length > 0)
        events.push({ kind: this.kind || 'message', data: this.data.join('\n'), id: this.id });
      this.kind = '';
      this.data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    // A comment has an empty field name and falls through, as does what is not known here.
    if (field === 'event') this.kind = value;
    else if (field === 'data') this.data.push(value);
    else if (field === 'id' && !value.includes('\0')) this.id = value;
  }
}
