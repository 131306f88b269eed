// What the alarm centre keeps in its address. What makes no sense is left out.

import { alarmLevels, type AlarmFilter, type AlarmLevel } from '../../api/alarms';
import { choiceOf, searchOf, type WindowSearch } from '../../time/windows';

export const alarmStates = ['active', 'unacknowledged', 'over'] as const;
export type AlarmState = (typeof alarmStates)[number];

export interface AlarmSearch extends WindowSearch {
  machine?: string;
  group?: string;
  level?: AlarmLevel;
  state?: AlarmState;
  by?: 'time';
}

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : typeof value === 'number' ? String(value) : undefined;

const oneOf = <Value extends string>(all: readonly Value[], value: unknown): Value | undefined =>
  all.find((each) => each === value);

export function readAlarmSearch(search: Record<string, unknown>): AlarmSearch {
  const machine = text(search['machine']);
  const group = machine === undefined ? text(search['group']) : undefined;
  const level = oneOf(alarmLevels, search['level']);
  const state = oneOf(alarmStates, search['state']);
  const windowed = ['window', 'from', 'to', 'shift'].some((key) => search[key] !== undefined);
  return {
    ...(windowed && searchOf(choiceOf(search))),
    ...(machine !== undefined && { machine }),
    ...(group !== undefined && { group }),
    ...(level !== undefined && { level }),
    ...(state !== undefined && { state }),
    ...(search['by'] === 'time' && { by: 'time' as const }),
  };
}

export const filterOf = ({ machine, group, level }: AlarmSearch): AlarmFilter => ({
  ...(machine !== undefined && { machine }),
  ...(group !== undefined && { group }),
  ...(level !== undefined && { level }),
});
