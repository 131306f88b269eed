import { describe, expect, it } from 'vitest';
import type { StorageState } from '../../api/storage';
import { exportAddress, formatOf } from '../../api/exchange';
import { instantOf } from '../../api/units';
import { readCustom } from '../../time/custom_span';
import { lastGoodOf } from './last_good';
import { tabOf } from './search';
import { askedSizing, wrongFields } from './sizing_form';
import { diskPieces, outlookOf, quotaPieces } from './space';

const state = (part: Partial<StorageState> = {}): StorageState => ({
  generated: '2024-03-14T06:00:00Z',
  disk: { total_bytes: 64e9, free_bytes: 40e9, reserved_bytes: 6.4e9, ours_bytes: 8e9 },
  quota: { bytes: 38.4e9, source: 'default' },
  files: { journal_bytes: 1e9, ledger_bytes: 0.5e9, history_raw_bytes: 6e9, history_rollup_bytes: 0.4e9, configuration_bytes: 0.1e9, other_bytes: 0 },
  outputs: { backups_bytes: 2e9, exports_bytes: 0 },
  growth: { bytes_per_day: 20e6, measured_over_s: 86_400 as never },
  forecast: { quota_full_in_days: 1520, disk_full_in_days: null, drops_next: null },
  classes: [],
  damaged_blocks: 0,
  refusing: false,
  last_drop: null,
  ...part,
});
const sum = (pieces: { bytes: number }[]) => pieces.reduce((all, { bytes }) => all + bytes, 0);

describe('the pieces of a bar', () => {
  it('of the quota are all of it', () => expect(sum(quotaPieces(state()))).toBeCloseTo(38.4e9));
  it('of the disk are all of it', () => expect(sum(diskPieces(state()) ?? [])).toBeCloseTo(64e9));

  it('that have no bytes are not drawn, and what is over has no room left', () => {
    const over = state({ quota: { bytes: 5e9, source: 'plant' }, files: { journal_bytes: 0, ledger_bytes: 0, history_raw_bytes: 8e9, history_rollup_bytes: 0, configuration_bytes: 0, other_bytes: 0 } });
    expect(quotaPieces(over)).toEqual([{ kind: 'raw', bytes: 8e9 }]);
  });

  it('of a disk with less free than is reserved leave no room', () => {
    const pieces = diskPieces(state({ disk: { total_bytes: 64e9, free_bytes: 3e9, reserved_bytes: 6.4e9, ours_bytes: 8e9 } })) ?? [];
    expect(pieces.map(({ kind }) => kind)).toEqual(['ours', 'backups', 'others', 'reserved']);
    expect(sum(pieces)).toBeCloseTo(64e9);
  });

  it('of a disk that does not tell its size are none', () => expect(diskPieces(state({ disk: { total_bytes: null, free_bytes: null, reserved_bytes: 0, ours_bytes: 1 } }))).toBeNull());
});

describe('the one thing to say', () => {
  const forecast = { quota_full_in_days: 1520, disk_full_in_days: null, drops_next: null };
  it.each([
    [state(), 'filling'],
    [state({ refusing: true, damaged_blocks: 1 }), 'refusing'],
    [state({ damaged_blocks: 1, forecast: { ...forecast, disk_full_in_days: 3 } }), 'damaged'],
    [state({ forecast: { ...forecast, disk_full_in_days: 12 } }), 'disk'],
    [state({ forecast: { ...forecast, disk_full_in_days: 400 } }), 'filling'],
    [state({ growth: { bytes_per_day: null, measured_over_s: 0 as never } }), 'measuring'],
    [state({ growth: { bytes_per_day: null, measured_over_s: 0 as never }, files: { ...state().files, history_raw_bytes: 0 } }), 'empty'],
    [state({ forecast: { ...forecast, quota_full_in_days: 0 } }), 'full'],
    [state({ forecast: { ...forecast, quota_full_in_days: null } }), 'room'],
    [state({ forecast: { ...forecast, quota_full_in_days: null }, quota: { bytes: 8e9, source: 'plant' } }), 'full'],
  ])('%#: %s', (now, outlook) => expect(outlookOf(now)).toBe(outlook));
});

describe('the backup to go back to', () => {
  const backup = (taken: string, ok: boolean | null) => ({ id: taken, file: taken, taken, bytes: 1, verified: ok === null ? null : { at: taken, ok, error: null } });
  it('is the newest that was restored for a trial', () =>
    expect(lastGoodOf([backup('2024-03-14T00:00:00Z', null), backup('2024-03-12T00:00:00Z', true), backup('2024-03-13T00:00:00Z', true), backup('2024-03-13T12:00:00Z', false)])?.id).toBe('2024-03-13T00:00:00Z'));
  it('is none while none was, or none could be', () => expect([lastGoodOf([]), lastGoodOf([backup('2024-03-14T00:00:00Z', null), backup('2024-03-13T00:00:00Z', false)])]).toEqual([null, null]));
});

describe('the sizing form', () => {
  it('asks only what was written', () => expect(askedSizing({ machines: '20', days: '' })).toEqual({ machines: 20 }));
  it('knows what can’t be', () => expect(wrongFields({ machines: '0', signals: '0', rate_s: '0.1', days: 'x' })).toEqual(['machines', 'signals', 'days']));
});

describe('a file', () => {
  const span = { from: instantOf('2024-03-14T00:00:00Z'), to: instantOf('2024-03-14T01:00:00Z') };
  const asked = (address: string) => [...new URLSearchParams(address.split('?')[1])];
  it('is asked for signal by signal', () =>
    expect(asked(exportAddress({ signals: ['a/x', 'b/y & z'], span, format: 'csv', points: null, layout: 'wide' }))).toEqual([
      ['signal', 'a/x'], ['signal', 'b/y & z'], ['from', '2024-03-14T00:00:00.000Z'], ['to', '2024-03-14T01:00:00.000Z'], ['format', 'csv'], ['layout', 'wide'],
    ]));
  it.each([
    ['xml', null, 'wide'],
    ['csv', 100, 'wide'],
    ['csv', null, 'long'],
  ] as const)('%s with %s points and %s has no layout', (format, points, layout) => expect(exportAddress({ signals: ['a/x'], span, format, points, layout })).not.toContain('layout'));
  it.each([
    ['A.CSV', 'csv'],
    ['a.b.jsonl', 'jsonl'],
    ['x.ndjson', 'jsonl'],
    ['plain', null],
    ['a.exe', null],
  ])('%s is %s', (name, format) => expect(formatOf(name)).toBe(format));
});

describe('two times of a picker', () => {
  const now = instantOf('2024-03-14T06:00:00Z');
  const read = (from: string, to: string, most = Infinity) => readCustom(from, to, now, 'Asia/Taipei', most);
  it('are the plant’s', () => expect(read('2024-03-14T08:00', '2024-03-14T09:00')).toEqual({ span: { from: instantOf('2024-03-14T00:00:00Z'), to: instantOf('2024-03-14T01:00:00Z') } }));
  it.each([
    ['', '2024-03-14T09:00', { from: 'window.wrong' }],
    ['2024-03-14T09:00', '2024-03-14T09:00', { to: 'window.order' }],
    ['2024-03-15T09:00', '2024-03-16T09:00', { from: 'window.future' }],
  ])('%s to %s is refused', (from, to, errors) => expect(read(from, to)).toEqual({ errors }));
  it('are refused beyond the longest', () => expect(read('2024-03-13T08:00', '2024-03-14T08:00', 3_600_000)).toEqual({ errors: { from: 'window.long' } }));
});

it('a tab that is not there is the first', () => expect([tabOf({ tab: 'backups' }), tabOf({ tab: 7 }), tabOf({})]).toEqual(['backups', 'overview', 'overview']));
