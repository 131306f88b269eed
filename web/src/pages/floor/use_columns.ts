// How many tiles stand side by side. CSS alone can't let small groups share a row, since a group may
// span at most as many columns as there are.

import { useCallback, useState, type RefCallback } from 'react';

const tileRem = 18;
const gapRem = 0.9;

export function columnsOf(width: number, rem: number): number {
  return Math.max(1, Math.floor((width + gapRem * rem) / ((tileRem + gapRem) * rem)));
}

export function useColumns(): [RefCallback<HTMLElement>, number] {
  const [columns, setColumns] = useState(1);
  const ref = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const measure = () => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
      setColumns(columnsOf(element.clientWidth, rem));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, columns];
}
