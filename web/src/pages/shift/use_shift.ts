// The shift that is shown, those before and after it, and the others of its day.

import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { currentShiftQuery, shiftsQuery, type Shift } from '../../api/shifts';
import { instantOf, type Instant } from '../../api/units';
import { serverNow, useToday } from '../../state/clock';
import { isoDate } from '../../time/format';
import { startOfDay } from '../../time/zone';
import { askedShift, dayStart, presentShift, shiftsOfDay, wholeDay } from './chosen_shift';
import type { ShiftSearch } from './search';

interface Shown {
  shift: Shift | undefined;
  /** The shifts before and after; days, where the calendar has none. */
  before: Shift | null;
  after: Shift | null;
  ofDay: Shift[];
  error: Error | null;
  retry: () => void;
}

export function useShift(search: ShiftSearch, zone: string): Shown {
  useToday(zone); // Drawn again at midnight.
  const today = isoDate(serverNow(), zone);
  const present = useQuery({ ...currentShiftQuery(), enabled: search.day === undefined });
  const presentShown = present.data === undefined ? undefined : presentShift(present.data, today, zone);

  const day = search.day ?? presentShown?.business_date;
  const start = day === undefined ? undefined : dayStart(day, zone);
  const around = useQuery({
    ...shiftsQuery({ from: (start ?? 0) as Instant, to: start === undefined ? (1 as Instant) : startOfDay(start, zone, 2) }),
    enabled: start !== undefined,
    placeholderData: keepPreviousData,
  });
  const ofDay = day === undefined || around.data === undefined ? [] : shiftsOfDay(around.data.items, day);

  let shift = presentShown;
  if (search.day !== undefined)
    shift = around.data === undefined || around.isPlaceholderData ? undefined : askedShift(around.data.items, search.day, search.shift, zone);

  const neighbours = useQuery({
    ...currentShiftQuery(shift === undefined ? undefined : instantOf(shift.from)),
    enabled: shift !== undefined,
    placeholderData: keepPreviousData,
  });
  const dayFrom = (days: number) =>
    shift === undefined ? null : wholeDay(isoDate(startOfDay(instantOf(shift.from), zone, days), zone), zone);
  const always = neighbours.data?.always === true;
  return {
    shift,
    before: always ? dayFrom(-1) : (neighbours.data?.previous ?? null),
    after: always ? dayFrom(1) : (neighbours.data?.next ?? null),
    ofDay,
    error: search.day === undefined ? present.error : around.error,
    retry: () => void (search.day === undefined ? present : around).refetch(),
  };
}
