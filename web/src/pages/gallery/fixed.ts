// What the gallery shows stands still: pictures of it are compared.

import { instantOf, ratio, seconds } from '../../api/units';
import { ApiError } from '../../api/client';
import type { MachineState } from '../../state/states';

export const zone = 'Asia/Taipei';
export const fixedNow = instantOf('2024-03-14T06:05:09Z');
export const shiftStart = instantOf('2024-03-14T00:00:00Z');
export const age = seconds(95);
export const share = ratio(0.823);
export const lowShare = ratio(0.41);
export const wave = Array.from({ length: 40 }, (_, n) => (n > 14 && n < 19 ? null : 50 + 30 * Math.sin(n / 4) + (n % 5)));

export interface Row {
  id: string;
  name: string;
  state: MachineState;
  parts: number | null;
}

export const rows: Row[] = [
  { id: 'vmc-1', name: '立式加工機 1', state: 'run', parts: 306 },
  { id: 'vmc-10', name: '立式加工機 10', state: 'alarm', parts: 338 },
  { id: 'vmc-2', name: '立式加工機 2', state: 'idle', parts: 317 },
  { id: 'saw-1', name: '圓鋸機 1', state: 'offline', parts: null },
];

export const manyRows: Row[] = Array.from({ length: 1000 }, (_, n) => ({
  id: `m-${n}`,
  name: `CNC ${n + 1}`,
  state: (['run', 'idle', 'setup', 'alarm', 'offline'] as const)[n % 5] ?? 'run',
  parts: (n * 37) % 500,
}));

const asked = { refetch: () => Promise.reject(new Error()), isPlaceholderData: false } as const;
type Query = { data: Row[] | undefined; error: Error | null; refetch: never; isPlaceholderData: boolean };
const query = (data: Row[] | undefined, error: Error | null): Query => ({ ...asked, data, error }) as unknown as Query;

/** One query in each state a page must draw. */
export const queries = {
  loading: query(undefined, null),
  unreachable: query(undefined, new ApiError(0, '', '')),
  failed: query(undefined, new ApiError(500, 'Internal error', 'this request failed inside the program; see its log')),
  denied: query(undefined, new ApiError(403, 'Forbidden', '')),
  empty: query([], null),
  data: query(rows, null),
};
