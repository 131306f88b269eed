import { useComputedColorScheme } from '@mantine/core';
import { lineColor, strokeCss } from './colors';

/** The sign of a line: its colour and its stroke. */
export function LineSign({ place, width = 28 }: { place: number; width?: number }) {
  const scheme = useComputedColorScheme('light');
  return (
    <svg width={width} height="12" viewBox={`0 0 ${width} 12`} aria-hidden="true" style={{ flex: 'none' }}>
      <line x1="0" y1="6" x2={width} y2="6" stroke={lineColor(place, scheme)} strokeWidth="3" strokeDasharray={strokeCss(place)} />
    </svg>
  );
}
