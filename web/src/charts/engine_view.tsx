// A chart of any option, sized by the page and taken down with it. It is a picture: what it says has
// to stand in words or a table beside it.

import { useEffect, useLayoutEffect, useRef } from 'react';
import { startEngine, type Engine, type Option } from './engine';

interface Props {
  option: Option;
  /** What changes often, such as the part that is looked at: laid over `option`, whose data stay. */
  patch?: Option;
  height: number;
  /** What the picture shows, for who does not see it; none when the text around says it. */
  label?: string;
  onEngine?: (engine: Engine | null) => void;
}

export function EngineView({ option, patch, height, label, onEngine }: Props) {
  const element = useRef<HTMLDivElement>(null);
  const engine = useRef<Engine | null>(null);
  const told = useRef(onEngine);
  told.current = onEngine;

  useLayoutEffect(() => {
    if (element.current === null) return undefined;
    const started = startEngine(element.current);
    engine.current = started;
    told.current?.(started);
    const observer = new ResizeObserver(() => started.resize());
    observer.observe(element.current);
    return () => {
      observer.disconnect();
      told.current?.(null);
      started.dispose();
      engine.current = null;
    };
  }, []);

  useEffect(() => {
    engine.current?.resize();
  }, [height]);

  useEffect(() => {
    // Replaced as a whole: a series that was taken away must not stay.
    engine.current?.setOption(option, { notMerge: true, lazyUpdate: false });
  }, [option]);

  useEffect(() => {
    if (patch !== undefined) engine.current?.setOption(patch, { lazyUpdate: true });
  }, [patch, option]);

  return (
    <div ref={element} style={{ height, width: '100%' }} {...(label === undefined ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })} />
  );
}
