// The timeline itself: a canvas with lanes, the words beside it, and what is told at the cursor.

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { instant, type Instant } from '../api/units';
import { letterScale, useWidth } from '../charts/use_size';
import { SignalId } from '../components/signal_id';
import { useWords } from '../i18n';
import { formatDateTime } from '../time/format';
import { useCursorAt, type Cursor } from './cursor';
import { useGestures } from './gestures';
import { binMsOf } from './layout';
import type { OptionalLane } from './lane_names';
import { lanesOf, type Lane, type TimelineModel } from './model';
import { paint } from './paint';
import type { SignalLane } from './signal_lanes';
import { TimelineTip } from './timeline_tip';
import { indexAt, lowerBound } from './tracks';
import { clamped, timeAt, xOf, type View } from './view';
import classes from './timeline_view.module.css';

interface Props {
  model: TimelineModel;
  signals: readonly SignalLane[];
  /** Which lanes are shown; null is what has something to show. */
  chosen: readonly OptionalLane[] | null;
  view: View;
  onView: (view: View) => void;
  cursor: Cursor;
  /** The moment a person picked, and how it is picked. */
  pinned: Instant | null;
  onPick: (at: Instant) => void;
  zone: string;
}

function usePixelRatio(): number {
  const [ratio, setRatio] = useState(() => window.devicePixelRatio || 1);
  useEffect(() => {
    const query = window.matchMedia(`(resolution: ${ratio}dppx)`);
    const changed = () => setRatio(window.devicePixelRatio || 1);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [ratio]);
  return ratio;
}

export function TimelineView({ model, signals, chosen, view, onView, cursor, pinned, onPick, zone }: Props) {
  const { t } = useWords();
  const scheme = useComputedColorScheme('light');
  const [frame, width] = useWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const ratio = usePixelRatio();
  const scale = letterScale();
  const { axis, lanes, height } = useMemo(() => lanesOf(model, signals, chosen, scale), [model, signals, chosen, scale]);

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (element === null || context === null || context === undefined || width === 0) return;
    if (element.width !== Math.round(width * ratio) || element.height !== Math.round(height * ratio)) {
      element.width = Math.round(width * ratio);
      element.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const labelPx = (width < 480 ? 58 : 76) * scale;
    const at = pinned !== null && pinned >= view.from && pinned < view.to ? xOf(pinned, view, width) : null;
    paint(context, { model, lanes, view, width, height, axis, scale, zone, scheme, pinned: at, labelPx });
  });

  const step = (by: -1 | 1) => {
    const { states } = model;
    const pointed = cursor.get();
    const from = pointed ?? (by === 1 ? view.from : view.to);
    const here = indexAt(states, from);
    const next = pointed === null && here >= 0 ? here : here < 0 ? lowerBound(states.from, from) : here + by;
    const start = states.from[next];
    const end = states.to[next];
    if (start === undefined || end === undefined) return;
    const middle = (Math.max(start, model.bounds.from) + Math.min(end, model.bounds.to)) / 2;
    cursor.set(instant(Math.round(middle)));
    if (middle < view.from || middle >= view.to) {
      const half = (view.to - view.from) / 2;
      onView(clamped({ from: instant(middle - half), to: instant(middle + half) }, model.bounds));
    }
  };

  const gestures = useGestures({
    element: frame,
    view,
    bounds: model.bounds,
    width,
    onView,
    onPoint: (x) => cursor.set(x === null || x < 0 || x >= width ? null : instant(Math.round(timeAt(x, view, width)))),
    onStep: step,
    onPick: (x) => x >= 0 && x < width && onPick(instant(Math.round(timeAt(x, view, width)))),
    onEnter: () => {
      const at = cursor.get();
      if (at !== null) onPick(at);
    },
  });

  return (
    <div className={classes.timeline}>
      <div className={classes.labels} style={{ height }} aria-hidden="true">
        {lanes.map((lane) => (
          <LaneLabel key={lane.name} lane={lane} />
        ))}
      </div>
      {/* One focusable picture with its own keys; the list of intervals below says the same in words. */}
      <div
        ref={frame}
        className={classes.frame}
        tabIndex={0}
        role="application"
        data-lanes={lanes.map(({ name }) => name.replace('signal ', 's:')).join(' ')}
        aria-label={`${t('timeline.title')}. ${t('timeline.summary', {
          from: formatDateTime(view.from, zone),
          to: formatDateTime(view.to, zone),
          count: model.states.from.length,
        })} ${t('timeline.hint')}`}
        {...gestures}
      >
        <canvas ref={canvas} className={classes.canvas} style={{ height }} />
        <AtCursor cursor={cursor} model={model} signals={signals} view={view} width={width} axis={axis} below={axis + (lanes[0]?.height ?? 0) + 6} zone={zone} />
      </div>
    </div>
  );
}

function LaneLabel({ lane: { name, y, height, signal } }: { lane: Lane }) {
  const { t } = useWords();
  const word = signal !== undefined ? signal.id : t(`timeline.${name as Exclude<Lane['name'], `signal ${string}`>}`);
  return (
    <span style={{ top: y, height }} data-signal={signal !== undefined || undefined} title={word}>
      <span>
        {signal === undefined ? word : <SignalId id={word} />}
        {signal !== undefined && signal.unit !== '' && <small> {signal.unit}</small>}
      </span>
    </span>
  );
}

interface AtCursorProps {
  cursor: Cursor;
  model: TimelineModel;
  signals: readonly SignalLane[];
  view: View;
  width: number;
  axis: number;
  below: number;
  zone: string;
}

/** The line across all lanes, and the words at it. Drawn with each movement, the canvas is not. */
function AtCursor({ cursor, model, signals, view, width, axis, below, zone }: AtCursorProps) {
  const at = useCursorAt(cursor);
  if (at === null || at < view.from || at >= view.to || width === 0) return null;
  const x = xOf(at, view, width);
  return (
    <>
      <div className={classes.cursor} style={{ left: x, top: axis - 5 }} />
      <div className={classes.tip} role="status" style={{ top: below, ...(x < width / 2 ? { left: x + 12 } : { right: width - x + 12 }) }}>
        <TimelineTip model={model} signals={signals} at={at} perPx={(view.to - view.from) / width} binMs={binMsOf(view, width)} zone={zone} />
      </div>
    </>
  );
}
