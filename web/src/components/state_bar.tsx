// The states of one machine over a window, as one bar on a canvas: what is unknown is striped, what is
// still to come stays empty.

import { memo, useCallback, useEffect, useMemo, useRef, useState, type PointerEvent } from 'react';
import type { StateSpan } from '../api/overview';
import { instant, secondsBetween, timestampOf, type Instant } from '../api/units';
import { useWords } from '../i18n';
import { useSite } from '../state/site';
import { formatClock, formatDuration } from '../time/format';
import { paintStateTrack } from '../timeline/paint';
import { indexAt, stateOf, stateTrack } from '../timeline/tracks';
import { timeAt } from '../timeline/view';
import { StateIcon } from './state_icon';
import classes from './state_bar.module.css';

interface Props {
  states: readonly StateSpan[];
  from: Instant;
  to: Instant;
  /** Up to when something can be known: the present, or the end of the window. */
  until: Instant;
  /** What it says to a reader who does not see it. */
  label: string;
}

export const StateBar = memo(function StateBar({ states, from, to, until, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const [at, setAt] = useState<{ x: number; index: number } | null>(null);
  const end = Math.max(from, Math.min(to, until)) as Instant;
  const track = useMemo(
    () => stateTrack(states.map((span) => ({ ...span, detail: {} })), { from, to: end }),
    [states, from, end],
  );

  const measure = useCallback((element: HTMLDivElement | null) => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(() => setSize({ width: element.clientWidth, height: element.clientHeight }));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (context === null || context === undefined || size.width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    context.canvas.width = Math.round(size.width * ratio);
    context.canvas.height = Math.round(size.height * ratio);
    context.scale(ratio, ratio);
    const share = (end - from) / Math.max(1, to - from);
    if (end > from) paintStateTrack(context, track, { from, to: end }, size.width * share, 0, size.height);
  }, [track, from, to, end, size]);

  const point = (event: PointerEvent<HTMLDivElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
    const index = indexAt(track, timeAt(x, { from, to }, size.width));
    setAt(index < 0 ? null : { x, index });
  };

  return (
    <div ref={measure} className={classes.bar} role="img" aria-label={label} onPointerMove={point} onPointerLeave={() => setAt(null)}>
      <canvas ref={canvas} className={classes.canvas} />
      {at !== null && at.index < track.from.length && (
        <Tip
          state={stateOf(track, at.index)}
          from={instant(track.from[at.index] ?? 0)}
          to={instant(track.to[at.index] ?? 0)}
          x={at.x}
          right={at.x > size.width / 2}
        />
      )}
    </div>
  );
});

function Tip({ state, from, to, x, right }: { state: StateSpan['state']; from: Instant; to: Instant; x: number; right: boolean }) {
  const { t, duration } = useWords();
  const { timezone } = useSite();
  return (
    <div className={classes.tip} data-right={right || undefined} style={{ left: x }}>
      <span className={classes.state} style={{ color: `var(--ink-${state})` }}>
        <StateIcon state={state} size={18} />
        {t(`state.${state}`)}
      </span>
      <span className="number">
        <time dateTime={timestampOf(from)}>{formatClock(from, timezone)}</time>–{formatClock(to, timezone)} ·{' '}
        {formatDuration(secondsBetween(from, to), duration)}
      </span>
    </div>
  );
}
