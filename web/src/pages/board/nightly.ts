// A board that runs for weeks loads itself anew at night, when nobody looks, and only for a reason:
// a newer program is served, or the page holds more memory than it should.

export const reloadHour = 4;
const heapMost = 600e6;
const heapGrowthMost = 4;

export interface Condition {
  /** The pages' own file, as this page runs it and as the box serves it; null when it can't be told. */
  running: string | null;
  served: string | null;
  /** Bytes in use now and soon after the start; null where the browser does not tell. */
  heap: number | null;
  heapAtStart: number | null;
}

export function shouldReload({ running, served, heap, heapAtStart }: Condition): boolean {
  // The box does not answer: a page that shows old data is better than an error.
  if (served === null) return false;
  if (running !== null && served !== running) return true;
  return heap !== null && (heap > heapMost || (heapAtStart !== null && heap > 100e6 && heap > heapAtStart * heapGrowthMost));
}

/** The entry file an index page names: its name holds the hash of what is in it. */
export function entryOf(html: string): string | null {
  return /<script[^>]+src="([^"]+)"/.exec(html)?.[1] ?? null;
}
