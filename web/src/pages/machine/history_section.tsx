// What happened over the window: the timeline, and below it the trends, on one time with one cursor.

import { useQuery } from '@tanstack/react-query';
import { memo, useCallback, useDeferredValue, useMemo, useRef } from 'react';
import { timelineQuery } from '../../api/queries';
import type { Machine } from '../../api/types';
import { instantOf, type Instant } from '../../api/units';
import { useCursor } from '../../timeline/cursor';
import { modelOf } from '../../timeline/model';
import { useView } from '../../timeline/use_view';
import type { View } from '../../timeline/view';
import type { Window } from '../../time/windows';
import type { MachineView } from './search';
import { TimelineCard } from './timeline_card';
import { TrendsCard } from './trends_card';

const Trends = memo(TrendsCard);

interface Props {
  machine: Machine;
  window: Window;
  /** Names the choice the window was made from. */
  chosen: string;
  shown: MachineView;
  onShow: (change: Partial<MachineView>) => void;
  zone: string;
}

export function HistorySection({ machine, window, chosen, shown, onShow, zone }: Props) {
  const timeline = useQuery(timelineQuery(machine.id, window));
  const { data, isPlaceholderData } = timeline;
  const model = useMemo(() => (data === undefined ? undefined : modelOf(data)), [data]);
  // What is drawn decides, until the answer for another window is there.
  const bounds = useMemo<View>(
    () => (data === undefined ? { from: window.from, to: window.to } : { from: instantOf(data.from), to: instantOf(data.to) }),
    [data, data === undefined ? window.from : 0, data === undefined ? window.to : 0],
  );
  const [view, setView] = useView(bounds, isPlaceholderData ? 'earlier' : chosen);
  // The timeline keeps up with the finger first; the trends follow as soon as they can.
  const calm = useDeferredValue(view);
  const cursor = useCursor();
  const latest = useRef(onShow);
  latest.current = onShow;
  const show = useCallback((change: Partial<MachineView>) => latest.current(change), []);
  const pick = useCallback((at: Instant) => latest.current({ at }), []);
  const common = { machine, view, onView: setView, bounds, cursor, onPick: pick, shown, onShow: show, zone };
  return (
    <>
      <TimelineCard {...common} query={timeline} model={model} />
      <Trends {...common} view={calm} />
    </>
  );
}
