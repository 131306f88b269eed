// Fingers, wheel and keys on a timeline, turned into changes of the view.

import { useEffect, useRef, type KeyboardEvent, type PointerEvent, type RefObject } from 'react';
import { panned, timeAt, zoomed, type View } from './view';

interface Target {
  element: RefObject<HTMLElement | null>;
  view: View;
  bounds: View;
  width: number;
  /** Pixels of the element left of where x is 0. */
  left?: number;
  onView: (view: View) => void;
  /** The pointer is at x; null when it left. */
  onPoint: (x: number | null) => void;
  /** To the interval before (-1) or after (+1) the one shown. */
  onStep: (by: -1 | 1) => void;
  /** A tap or a click at x, without having moved. */
  onPick?: ((x: number) => void) | undefined;
  /** Enter, for the moment the keys have stepped to. */
  onEnter?: (() => void) | undefined;
}

const tapPx = 6;

export function useGestures(target: Target) {
  const latest = useRef(target);
  latest.current = target;
  const fingers = useRef(new Map<number, number>());
  const moved = useRef(0);

  const xIn = (clientX: number): number => {
    const left = latest.current.element.current?.getBoundingClientRect().left ?? 0;
    return clientX - left - (latest.current.left ?? 0);
  };

  // React's own wheel listener is passive; this one has to keep the page from zooming.
  useEffect(() => {
    const element = target.element.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent) => {
      const { view, bounds, width, onView } = latest.current;
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      const wantsZoom = event.ctrlKey || event.metaKey || (document.activeElement === element && !event.shiftKey);
      if (wantsZoom && event.deltaY !== 0) {
        event.preventDefault();
        const strength = event.deltaMode === 1 ? 0.05 : 0.0015;
        onView(zoomed(view, Math.exp(event.deltaY * strength), timeAt(xIn(event.clientX), view, width), bounds));
      } else if (sideways !== 0 && Math.abs(sideways) >= Math.abs(event.shiftKey ? 0 : event.deltaY)) {
        event.preventDefault();
        onView(panned(view, (sideways / width) * (view.to - view.from), bounds));
      }
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [target.element]);

  const onPointerDown = (event: PointerEvent) => {
    fingers.current.set(event.pointerId, event.clientX);
    moved.current = 0;
    event.currentTarget.setPointerCapture(event.pointerId);
  };

  const onPointerMove = (event: PointerEvent) => {
    const { view, bounds, width, onView, onPoint } = latest.current;
    const before = fingers.current.get(event.pointerId);
    if (before === undefined) {
      if (event.pointerType === 'mouse') onPoint(xIn(event.clientX));
      return;
    }
    const others = [...fingers.current].filter(([id]) => id !== event.pointerId).map(([, x]) => x);
    fingers.current.set(event.pointerId, event.clientX);
    moved.current += Math.abs(event.clientX - before);
    if (moved.current < tapPx) return;
    onPoint(null);
    const other = others[0];
    if (other === undefined) {
      onView(panned(view, ((before - event.clientX) / width) * (view.to - view.from), bounds));
    } else {
      const apart = Math.max(10, Math.abs(event.clientX - other));
      const factor = Math.max(10, Math.abs(before - other)) / apart;
      onView(zoomed(view, factor, timeAt(xIn((event.clientX + other) / 2), view, width), bounds));
    }
  };

  const onPointerUp = (event: PointerEvent) => {
    if (!fingers.current.delete(event.pointerId) || moved.current >= tapPx) return;
    const x = xIn(event.clientX);
    latest.current.onPoint(x);
    latest.current.onPick?.(x);
  };

  const onPointerCancel = (event: PointerEvent) => void fingers.current.delete(event.pointerId);

  const onPointerLeave = (event: PointerEvent) => {
    if (event.pointerType === 'mouse' && fingers.current.size === 0) latest.current.onPoint(null);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    const { view, bounds, onView, onPoint, onStep, onEnter } = latest.current;
    const middle = timeAt(0.5, view, 1);
    const tenth = (view.to - view.from) / 10;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => onView(panned(view, -tenth, bounds)),
      ArrowRight: () => onView(panned(view, tenth, bounds)),
      '+': () => onView(zoomed(view, 0.5, middle, bounds)),
      '=': () => onView(zoomed(view, 0.5, middle, bounds)),
      '-': () => onView(zoomed(view, 2, middle, bounds)),
      '0': () => onView(bounds),
      Home: () => onView(panned(view, bounds.from - view.from, bounds)),
      End: () => onView(panned(view, bounds.to - view.to, bounds)),
      ',': () => onStep(-1),
      '.': () => onStep(1),
      Escape: () => onPoint(null),
      ...(onEnter && { Enter: onEnter }),
    };
    const action = event.target === event.currentTarget ? actions[event.key] : undefined;
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  };

  return { onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onPointerLeave, onKeyDown };
}
