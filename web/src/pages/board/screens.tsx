// The screens of a board, each for at most eight machines or six numbers.

import { useQuery } from '@tanstack/react-query';
import type { Alarm } from '../../api/alarms';
import { overviewQuery, type Overview } from '../../api/overview';
import { currentShiftQuery, type Shift } from '../../api/shifts';
import { instantOf, type Instant } from '../../api/units';
import { serverNow, useToday } from '../../state/clock';
import { useSite } from '../../state/site';
import { isoDate } from '../../time/format';
import { presentShift } from '../shift/chosen_shift';
import { AlarmsScreen } from './alarms_screen';
import { FloorScreen } from './floor_screen';
import { PlantScreen } from './plant_screen';
import type { Screen } from './rotation';
import { ShiftScreen } from './shift_screen';

export interface ShiftData {
  shift: Shift | undefined;
  overview: Overview | undefined;
}

/** The present shift and what the machines made of it, for all screens at once. */
function useShiftData(): ShiftData {
  const { timezone } = useSite();
  useToday(timezone);
  const { data } = useQuery(currentShiftQuery());
  const shift = data && presentShift(data, isoDate(serverNow(), timezone), timezone);
  const span = { from: shift ? instantOf(shift.from) : (0 as Instant), to: shift ? instantOf(shift.to) : (1 as Instant) };
  const overview = useQuery({ ...overviewQuery(span, { everyMs: 15_000 }), enabled: shift !== undefined });
  return { shift, overview: overview.data };
}

interface Props {
  screen: Screen;
  group: string | undefined;
  alarms: Alarm[];
  fresh: ReadonlyMap<string, number>;
}

export function BoardScreen({ screen, group, alarms, fresh }: Props) {
  const data = useShiftData();
  switch (screen.kind) {
    case 'floor':
      return <FloorScreen machines={screen.machines} data={data} />;
    case 'shift':
      return <ShiftScreen machines={screen.machines} data={data} />;
    case 'plant':
      return <PlantScreen group={group} data={data} alarms={alarms.length} />;
    case 'alarms':
      return <AlarmsScreen alarms={alarms} fresh={fresh} />;
  }
}
