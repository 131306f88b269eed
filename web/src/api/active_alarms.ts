// The alarms that stand now, as far as a board needs them.

import { queryOptions } from '@tanstack/react-query';
import { currentLanguage } from '../i18n';
import { getJson } from './client';
import type { Timestamp } from './units';

export interface ActiveAlarm {
  id: string;
  machine: string;
  machine_name: string;
  group: string;
  code: string | null;
  text: string | null;
  level: string;
  severity: string;
  from: Timestamp;
  ack: { t: Timestamp; who: string | null } | null;
}

const alarmsMost = 100;

export const activeAlarmsKey = ['alarms', 'active', 'board'] as const;

export const activeAlarmsQuery = queryOptions({
  queryKey: activeAlarmsKey,
  queryFn: async ({ signal }) => {
    const answer = await getJson<{ items: ActiveAlarm[]; counts: { active: number; unacknowledged: number } }>(
      `/alarms?active=true&limit=${alarmsMost}&lang=${currentLanguage()}`,
      signal,
    );
    const items = answer.items.map((alarm) => ({ ...alarm, id: String(alarm.id), level: alarm.level ?? '', severity: String(alarm.severity ?? ''), ack: alarm.ack ?? null }));
    return { items, counts: answer.counts };
  },
  refetchInterval: 10_000,
  retry: false,
});
