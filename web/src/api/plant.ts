// The plant's own settings: name and zone, calendar, reasons; what changed and going back. Names and
// forms are the plant file's. A change is tried first (`dry_run`): the box says what it would do.

import { queryOptions, useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { currentLanguage } from '../i18n';
import { getJson, sendJson } from './client';
import type { Page } from './types';
import type { Timestamp } from './units';

/** `start` and `end` are `08:00`; an end not after the start is the next day's. */
export interface DayShift {
  name: string;
  start: string;
  end: string;
  /** `12:00-13:00` */
  breaks?: string[];
}

export interface Shift extends DayShift {
  /** `mon-fri`, `mon,wed`, `daily` */
  days: string;
  /** First and last day it is in force, `2026-10-10`. */
  from?: string;
  until?: string;
}

export interface Holiday {
  date: string;
  name?: string;
}

/** A day with shifts of its own: overtime, or a working Saturday. */
export interface ExceptionalDay extends Holiday {
  shifts: DayShift[];
}

export interface PlannedDowntime {
  /** Left out: the whole plant. */
  machine?: string;
  from: Timestamp;
  to: Timestamp;
  reason?: string;
}

export interface Calendar {
  shifts: Shift[];
  holidays: Holiday[];
  exceptions: ExceptionalDay[];
  planned_downtime: PlannedDowntime[];
}

export interface Reason {
  id: string;
  name: string;
  name_en?: string | null;
  group?: string | null;
  /** The state that booking it sets. */
  state?: 'setup' | 'maint' | null;
}

export interface PlantSite {
  name: string;
  timezone: string;
}

export interface KeepDays {
  state_days: number;
  counter_days: number;
  analog_days: number;
  energy_days: number;
}

/** A file of values that is written to a folder each day or hour. */
export interface ExportSchedule {
  /** Of the files: `spindle_2024-03-14.csv`. */
  name?: string | null;
  folder: string;
  every?: 'day' | 'hour' | null;
  /** `00:05`: of the day, or of each hour. */
  at?: string | null;
  format?: string | null;
  /** `vmc-1/power`, `vmc-1/*`; none is everything. */
  signals?: string[] | null;
}

/** What is left out is the usual; `quota_gb` then a share of the disk. */
export interface StorageSettings {
  quota_gb?: number | null;
  keep?: Partial<KeepDays> | null;
  /** Share of the disk that is never used, 0..1. */
  leave_free?: number | null;
  backups?: { folder: string; at?: string | null; keep_days?: number | null } | null;
  exports?: ExportSchedule[] | null;
}

export interface PlantSettings {
  generation: number;
  site: PlantSite;
  calendar: Calendar;
  reasons: Reason[];
  /** Undefined of a box that is too old to have them. */
  storage?: StorageSettings;
  groups: string[];
  machines: number;
  /** False while nobody ever set this plant up. */
  set_up: boolean;
}

/** Parts that are left out stay as they are. */
export interface PlantChange {
  generation?: number;
  site?: PlantSite;
  calendar?: Calendar;
  reasons?: Reason[];
  storage?: StorageSettings;
}

export interface PlantEffect {
  generation: number;
  changes: string[];
  /** Machines whose past is derived again. */
  recomputing: string[];
}

export interface Change {
  generation: number;
  t: Timestamp;
  who: string;
  changes: string[];
  current: boolean;
}

const inWords = () => `lang=${currentLanguage()}`;

/** A calendar as the form needs it: every list is there. */
export function wholeCalendar(calendar: Partial<Calendar> | undefined): Calendar {
  return {
    shifts: calendar?.shifts ?? [],
    holidays: calendar?.holidays ?? [],
    exceptions: calendar?.exceptions ?? [],
    planned_downtime: calendar?.planned_downtime ?? [],
  };
}

export const plantKey = ['plant'] as const;

export const plantQuery = queryOptions({
  queryKey: plantKey,
  queryFn: async ({ signal }) => {
    const plant = await getJson<PlantSettings>('/plant', signal);
    return { ...plant, calendar: wholeCalendar(plant.calendar), reasons: plant.reasons ?? [], groups: plant.groups ?? [] };
  },
  // A form is filled from it: what somebody else changed meanwhile must be seen.
  staleTime: 0,
});

export const changesQuery = (limit: number) =>
  queryOptions({
    queryKey: ['changes', limit],
    queryFn: ({ signal }) => getJson<Page<Change>>(`/changes?${inWords()}&limit=${limit}`, signal),
    staleTime: 0,
  });

export const tryPlant = (change: PlantChange, signal?: AbortSignal): Promise<PlantEffect> =>
  sendJson('PUT', `/plant?dry_run=true&${inWords()}`, change, signal);

const applyPlant = (change: PlantChange): Promise<PlantEffect> => sendJson('PUT', `/plant?${inWords()}`, change);

export const tryRestore = (generation: number): Promise<PlantEffect> =>
  sendJson('POST', `/changes/${generation}/restore?dry_run=true&${inWords()}`);

const restore = (generation: number): Promise<PlantEffect> =>
  sendJson('POST', `/changes/${generation}/restore?${inWords()}`);

/** After a change everything may differ: names, figures, machines. */
export function plantChanged(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries();
}

export function useApplyPlant() {
  const queries = useQueryClient();
  return useMutation({ mutationFn: applyPlant, onSuccess: () => plantChanged(queries) });
}

export function useRestore() {
  const queries = useQueryClient();
  return useMutation({ mutationFn: restore, onSuccess: () => plantChanged(queries) });
}
