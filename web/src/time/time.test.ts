import { describe, expect, it } from 'vitest';
import { instantOf, ratio, seconds, timestampOf } from '../api/units';
import { formatAge, formatBytes, formatDate, formatDateTime, formatDay, formatDuration, formatLongDate, formatMoment, formatNumber, formatPercent, formatStopwatch, isoDate, showDate } from './format';
import { offsetMs, parseWall, startOfDay } from './zone';

const words = { d: 'd', h: 'h', min: 'min', s: 's' };
const taipei = 'Asia/Taipei';

describe('the plant zone', () => {
  it('writes dates and a 24-hour clock', () => {
    const at = instantOf('2024-03-14T16:05:09.400Z');
    expect(formatDateTime(at, taipei)).toBe('2024-03-15 00:05:09');
    expect(formatDate(at, 'UTC')).toBe('2024-03-14');
  });

  it('leaves out the date only on the same plant day', () => {
    expect(formatMoment(instantOf('2024-03-14T16:30:00Z'), '2024-03-15', taipei)).toBe('00:30:00');
    expect(formatMoment(instantOf('2024-03-14T15:30:00Z'), '2024-03-15', taipei)).toBe('2024-03-14 23:30:00');
  });

  it.each([
    ['2024-03-14T15:59:59.999Z', taipei, 0, '2024-03-13T16:00:00.000Z'],
    ['2024-03-14T16:00:00.000Z', taipei, 0, '2024-03-14T16:00:00.000Z'],
    ['2024-03-14T16:00:00.000Z', taipei, -1, '2024-03-13T16:00:00.000Z'],
    // The days on which the clock moves are 23 and 25 hours long.
    ['2025-03-30T12:00:00.000Z', 'Europe/Berlin', 0, '2025-03-29T23:00:00.000Z'],
    ['2025-03-30T12:00:00.000Z', 'Europe/Berlin', 1, '2025-03-30T22:00:00.000Z'],
    ['2025-10-26T12:00:00.000Z', 'Europe/Berlin', 1, '2025-10-26T23:00:00.000Z'],
  ])('day of %s in %s, %i on, starts at %s', (at, zone, days, start) => {
    expect(timestampOf(startOfDay(instantOf(at), zone, days))).toBe(start);
  });

  it.each([
    ['2024-03-14 08:05', taipei, '2024-03-14T00:05:00.000Z'],
    ['2024-03-14T08:05:30', taipei, '2024-03-14T00:05:30.000Z'],
    ['2024-03-14', taipei, '2024-03-13T16:00:00.000Z'],
    // Not there in spring: moves forward. Twice there in autumn: the first.
    ['2025-03-30 02:30', 'Europe/Berlin', '2025-03-30T01:30:00.000Z'],
    ['2025-10-26 02:30', 'Europe/Berlin', '2025-10-26T00:30:00.000Z'],
    ['2025-11-02 01:30', 'America/Chicago', '2025-11-02T06:30:00.000Z'],
  ])('reads %s in %s', (text, zone, expected) => {
    expect(timestampOf(parseWall(text, zone)!)).toBe(expected);
  });

  it.each(['', 'yesterday', '2024-02-30', '2024-13-01', '2024-03-14 24:00', '2024-03-14 8', '14/03/2024', '2024-03-14 08:60'])(
    'refuses %j',
    (text) => {
      expect(parseWall(text, taipei)).toBeNull();
    },
  );

  it('knows offsets, also before 1970', () => {
    expect(offsetMs(instantOf('2024-03-14T00:00:00.500Z'), taipei)).toBe(8 * 3600_000);
    expect(offsetMs(instantOf('1969-12-31T23:59:59.500Z'), 'UTC')).toBe(0);
  });

  it('takes UTC for a zone it does not know', () => {
    expect(formatDateTime(instantOf('2024-03-14T00:00:00Z'), 'Mars/Base')).toBe('2024-03-14 00:00:00');
  });
});

describe('durations and numbers', () => {
  it.each([
    [0, '0 s'], [0.4, '0.4 s'], [45, '45 s'], [725, '12 min 5 s'], [3600, '1 h'],
    [3725, '1 h 2 min 5 s'], [90000, '25 h'], [183600, '2 d 3 h'], [-61, '−1 min 1 s'],
  ])('%d s is %s', (value, text) => expect(formatDuration(seconds(value), words)).toBe(text));

  it('an exact duration keeps its seconds', () => {
    expect(formatDuration(seconds(183_845), words, 'exact')).toBe('51 h 4 min 5 s');
  });

  it.each([
    [0, '0:00'], [5.9, '0:05'], [725, '12:05'], [3725, '1:02:05'], [176525, '49:02:05'], [-3, '0:00'],
  ])('a stopwatch at %d s shows %s', (value, text) => expect(formatStopwatch(seconds(value))).toBe(text));

  it.each([[3.9, '3 s'], [61, '1 min'], [7200, '2 h'], [200000, '2 d'], [-5, '0 s']])(
    'an age of %d s is %s',
    (value, text) => expect(formatAge(seconds(value), words)).toBe(text),
  );

  it.each([
    [0, '0.0 %'], [0.7222, '72.2 %'], [1, '100.0 %'], [0.99999, '99.9 %'], [0.00001, '< 0.1 %'],
    [1.042, '104.2 %'],
  ])('%d is %s', (value, text) => expect(formatPercent(ratio(value))).toBe(text));

  it('numbers have thousands separators', () => {
    expect(formatNumber(12345.6789)).toBe('12,345.679');
    expect(formatNumber(Number.NaN)).toBe('NaN');
  });
});

describe('years', () => {
  const at = instantOf('2026-11-20T16:05:09Z');
  const before = instantOf('1911-12-31T00:00:00Z');

  it('are counted as the viewer chose; addresses are not', () => {
    expect(formatDate(at, taipei, 'roc')).toBe('115-11-21');
    expect(formatDate(at, taipei, 'ce')).toBe('2026-11-21');
    expect(isoDate(at, taipei)).toBe('2026-11-21');
    expect(formatDay(at, taipei)).toBe('11-21');
    expect(showDate('2026-11-21', 'roc')).toBe('115-11-21');
    expect(showDate('2026-11-21', 'ce')).toBe('2026-11-21');
  });

  it('of the Republic begin with 1912', () => {
    expect(formatDate(instantOf('1912-01-01T00:00:00Z'), 'UTC', 'roc')).toBe('1-01-01');
    expect(formatDate(before, 'UTC', 'roc')).toBe('1911-12-31');
    expect(showDate('1911-12-31', 'roc')).toBe('1911-12-31');
  });

  it.each([
    ['zh-TW', 'ce', '2026 年 11 月 21 日（六）'],
    ['zh-TW', 'roc', '民國 115 年 11 月 21 日（六）'],
    ['en', 'ce', 'Sat, 21 November 2026'],
    ['en', 'roc', 'Sat, 21 November ROC 115'],
  ] as const)('in words, %s %s', (language, era, text) => expect(formatLongDate(at, taipei, language, era)).toBe(text));

  it.each([
    ['115-11-21 08:05', '2026-11-21T00:05:00.000Z'],
    ['2026-11-21 08:05', '2026-11-21T00:05:00.000Z'],
    ['1-01-01', '1911-12-31T16:00:00.000Z'],
  ])('are read either way: %s', (text, expected) => expect(timestampOf(parseWall(text, taipei)!)).toBe(expected));

  it.each(['0-01-01', '115-02-30', '15-13-01'])('%s is no day of either', (text) => expect(parseWall(text, taipei)).toBeNull());
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1 kB'],
    [142_000_000, '142 MB'],
    [3_412_000_000, '3.4 GB'],
    [999_600_000, '1 GB'],
    [64_000_000_000_000, '64 TB'],
  ])('%i is %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));
});
