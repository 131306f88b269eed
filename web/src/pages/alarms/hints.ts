// What many alarms in a short time say: a flood nobody can follow, or one that chatters and wants a
// delay at its source. Limits: ISA-18.2 as in common use, more than ten in ten minutes, three in one.

import type { Alarm } from '../../api/alarms';
import { instantOf, type Instant } from '../../api/units';

export const floodMs = 600_000;
const floodMore = 10;
const chatterMs = 60_000;
const chatterLeast = 3;

export interface Chatter {
  machine: string;
  machine_name: string;
  code: string;
  text: string;
  /** How often it came within the ten minutes. */
  count: number;
}

export interface Hints {
  /** How many began in the last ten minutes, when that is a flood. */
  flood: number | null;
  chatters: Chatter[];
}

/** Whether any three of these moments, in order, lie within a minute. */
function chatters(moments: readonly number[]): boolean {
  return moments.some((from, first) => {
    const third = moments[first + chatterLeast - 1];
    return third !== undefined && third - from <= chatterMs;
  });
}

export function hintsOf(alarms: readonly Alarm[], now: Instant): Hints {
  const began = alarms.filter(({ from }) => instantOf(from) > now - floodMs && instantOf(from) <= now);
  const same = new Map<string, Alarm[]>();
  for (const alarm of began) {
    const key = JSON.stringify([alarm.machine, alarm.signal, alarm.code]);
    same.set(key, [...(same.get(key) ?? []), alarm]);
  }
  return {
    flood: began.length > floodMore ? began.length : null,
    chatters: [...same.values()]
      .filter((those) => chatters(those.map(({ from }) => instantOf(from)).sort((a, b) => a - b)))
      .map((those) => ({ ...those[0]!, count: those.length }))
      .map(({ machine, machine_name, code, text, count }) => ({ machine, machine_name, code, text, count }))
      .sort((a, b) => b.count - a.count),
  };
}

/** The newest end among alarms that are over. */
export function lastOver(alarms: readonly Alarm[]): Alarm | null {
  const over = alarms.filter(({ to }) => to !== null);
  return over.reduce<Alarm | null>((last, each) => (last === null || each.to! > last.to! ? each : last), null);
}

/** The machine's page about an alarm: a quarter of an hour around it, at most a shift. */
export function windowAround(alarm: Pick<Alarm, 'from' | 'to'>, now: Instant): { from: string; to: string; at: string } {
  const around = 900_000;
  const longest = 8 * 3_600_000;
  const from = instantOf(alarm.from);
  const end = alarm.to === null ? now : instantOf(alarm.to);
  const to = Math.max(from + 1000, Math.min(end + around, now, from + longest));
  return { from: new Date(from - around).toISOString(), to: new Date(to).toISOString(), at: alarm.from };
}
