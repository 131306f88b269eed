// The timeline itself: a canvas with lanes, and the words beside it.

import { useComputedColorScheme } from '@mantine/core';
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { instant, type Instant } from '../api/units';
import { useWords } from '../i18n';
import { formatDateTime } from '../time/format';
import { useGestures } from './gestures';
import { binMsOf } from './layout';
import { lanesOf, type TimelineModel } from './model';
import { paint } from './paint';
import { TimelineTip } from './timeline_tip';
import { indexAt, lowerBound } from './tracks';
import { clamped, timeAt, xOf, type View } from './view';
import classes from './timeline_view.module.css';

interface Props {
  model: TimelineModel;
  view: View;
  onView: (view: View) => void;
  zone: string;
}

function useWidth(): [React.RefObject<HTMLDivElement | null>, number] {
  const element = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    if (element.current === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, []);
  return [element, width];
}

const letterScale = (): number =>
  (Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16) / 16;

export function TimelineView({ model, view, onView, zone }: Props) {
  const { t } = useWords();
  const scheme = useComputedColorScheme('light');
  const [frame, width] = useWidth();
  const canvas = useRef<HTMLCanvasElement>(null);
  const [pointed, setPointed] = useState<Instant | null>(null);
  const scale = letterScale();
  const { axis, lanes, height } = lanesOf(model, scale);
  const [ratio, setRatio] = useState(() => window.devicePixelRatio || 1);

  useEffect(() => {
    const query = window.matchMedia(`(resolution: ${ratio}dppx)`);
    const changed = () => setRatio(window.devicePixelRatio || 1);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, [ratio]);

  const inView = pointed !== null && pointed >= view.from && pointed < view.to;
  const cursor = inView ? xOf(pointed, view, width) : null;

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
    paint(context, { model, lanes, view, width, height, axis, scale, zone, scheme, cursor, labelPx });
  });

  const point = useCallback(
    (x: number | null) => setPointed(x === null || x < 0 || x >= width ? null : timeAt(x, view, width)),
    [view, width],
  );

  const step = (by: -1 | 1) => {
    const { states } = model;
    const from = pointed ?? (by === 1 ? view.from : view.to);
    const here = indexAt(states, from);
    const next = pointed === null && here >= 0 ? here : here < 0 ? lowerBound(states.from, from) : here + by;
    const start = states.from[next];
    const end = states.to[next];
    if (start === undefined || end === undefined) return;
    const middle = (Math.max(start, model.bounds.from) + Math.min(end, model.bounds.to)) / 2;
    setPointed(instant(middle));
    if (middle < view.from || middle >= view.to) {
      const half = (view.to - view.from) / 2;
      onView(clamped({ from: instant(middle - half), to: instant(middle + half) }, model.bounds));
    }
  };

  const gestures = useGestures({ element: frame, view, bounds: model.bounds, width, onView, onPoint: point, onStep: step });

  return (
    <div className={classes.timeline}>
      <div className={classes.labels} style={{ height }} aria-hidden="true">
        {lanes.map(({ name, y, height: laneHeight }) => (
          <span key={name} style={{ top: y, height: laneHeight }}>
            {t(`timeline.${name}`)}
          </span>
        ))}
      </div>
      {/* One focusable picture with its own keys; the list of intervals below says the same in words. */}
      <div
        ref={frame}
        className={classes.frame}
        tabIndex={0}
        role="application"
        aria-label={`${t('timeline.title')}. ${t('timeline.summary', {
          from: formatDateTime(view.from, zone),
          to: formatDateTime(view.to, zone),
          count: model.states.from.length,
        })} ${t('timeline.hint')}`}
        {...gestures}
      >
        <canvas ref={canvas} className={classes.canvas} style={{ height }} />
        {cursor !== null && pointed !== null && (
          <div
            className={classes.tip}
            role="status"
            style={{ top: axis + (lanes[0]?.height ?? 0) + 6, ...(cursor < width / 2 ? { left: cursor + 12 } : { right: width - cursor + 12 }) }}
          >
            <TimelineTip model={model} at={pointed} perPx={(view.to - view.from) / width} binMs={binMsOf(view, width)} zone={zone} />
          </div>
        )}
      </div>
    </div>
  );
}
