// Live events into the documents the pages hold. Pure: documents and events in, documents out.
// Hearing an event twice changes nothing, since each carries values, or a difference with its time;
// a machine no event spoke of keeps its identity and is not drawn again.

import type { LiveEvent, Machine, Status } from '../api/types';
import type { Instant, Timestamp } from '../api/units';
import { knownState } from './states';

export const liveKinds = ['state', 'parts', 'alarm', 'signal', 'connection', 'status'] as const;

type Fields = Record<string, unknown>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One event of the stream; null when it is not one, which is passed over. */
export function parseLiveEvent(kind: string, data: string): LiveEvent | null {
  let body: unknown;
  try {
    body = JSON.parse(data);
  } catch {
    return null;
  }
  if (!isObject(body)) return null;
  if (kind === 'status')
    return Array.isArray(body['problems'])
      ? ({ recompute: null, ...body, kind } as unknown as LiveEvent)
      : null;
  if (typeof body['machine'] !== 'string') return null;
  switch (kind) {
    case 'state':
      if (typeof body['state'] !== 'string' || typeof body['since'] !== 'string') return null;
      return { ...body, kind, state: knownState(body['state']), detail: body['detail'] ?? {} } as unknown as LiveEvent;
    case 'parts':
      return partsOf(body['machine'], body);
    case 'alarm':
      return { ...body, kind, machine: body['machine'] };
    case 'signal':
      return isObject(body['values']) ? ({ ...body, kind } as unknown as LiveEvent) : null;
    case 'connection':
      return isObject(body['connection']) ? ({ ...body, kind } as unknown as LiveEvent) : null;
    default:
      return null;
  }
}

const later = (a: Timestamp | null, b: Timestamp): Timestamp =>
  a !== null && Date.parse(a) > Date.parse(b) ? a : b;

/** Good parts and scrap are part of the total; a suspect step is no production yet. */
function partsOf(machine: string, body: Fields): LiveEvent | null {
  const { t, parts, count, kind, today_total } = body;
  if (typeof t !== 'string') return null;
  const counts = (count === undefined || count === 'total') && kind !== 'suspect';
  return {
    kind: 'parts',
    machine,
    t,
    parts: counts && typeof parts === 'number' ? parts : 0,
    today_total: typeof today_total === 'number' ? today_total : null,
  };
}

/** The total of the day is taken where the event tells it, else counted on from its last time. */
function withParts(machine: Machine, event: LiveEvent & { kind: 'parts' }): Machine {
  const { today } = machine;
  if (today === null) return machine;
  const before = today.parts.total;
  const known = later(machine.parts_to ?? null, today.to);
  const isNew = Date.parse(event.t) > Date.parse(known);
  const total = event.today_total ?? (before !== null && isNew ? before + event.parts : before);
  if (total === before) return machine;
  const parts_to = isNew ? event.t : known;
  return { ...machine, parts_to, today: { ...today, parts: { ...today.parts, total } } };
}

export function applyEvent(machine: Machine, event: LiveEvent, now: Instant): Machine {
  switch (event.kind) {
    case 'state':
      return {
        ...machine,
        state: event.state,
        since: event.since,
        detail: event.detail,
        ...(event.booked !== undefined && { booked: event.booked }),
      };
    case 'parts':
      return withParts(machine, event);
    case 'signal': {
      const { values, t } = event;
      const signals = machine.signals.map((signal) => {
        const heard = values[signal.id];
        return heard === undefined ? signal : { ...signal, value: heard.v, quality: heard.q, t };
      });
      const last_seen = later(machine.connection.last_seen, t);
      return { ...machine, signals, connection: { ...machine.connection, last_seen } };
    }
    case 'connection':
      return { ...machine, connection: event.connection, heard_at: now };
    case 'alarm':
    case 'status':
      return machine;
  }
}

export function applyEvents(machines: Machine[], events: readonly LiveEvent[], now: Instant): Machine[] {
  const places = new Map(machines.map((machine, place) => [machine.id, place]));
  let result = machines;
  for (const event of events) {
    if (event.kind === 'status') continue;
    const place = places.get(event.machine);
    const before = place === undefined ? undefined : result[place];
    if (place === undefined || before === undefined) continue;
    const after = applyEvent(before, event, now);
    if (after === before) continue;
    if (result === machines) result = machines.slice();
    result[place] = after;
  }
  return result;
}

/** True when an event speaks of a machine the list does not have: it was added elsewhere. */
export function speaksOfOthers(machines: readonly Machine[], events: readonly LiveEvent[]): boolean {
  const known = new Set(machines.map((machine) => machine.id));
  return events.some((event) => event.kind !== 'status' && !known.has(event.machine));
}

export function applyStatus(status: Status, events: readonly LiveEvent[]): Status {
  return events.reduce(
    (now, event) =>
      event.kind === 'status' ? { ...now, problems: event.problems, recompute: event.recompute } : now,
    status,
  );
}
