// Lines of a chart: told apart by colour and by stroke, since colour alone is not enough, and
// readable on the card's ground in both schemes (colors.test.ts).

import { ground } from '../theme/palette';

export type Scheme = 'light' | 'dark';

export const lineColors: Record<Scheme, readonly string[]> = {
  light: ['#1f6fc4', '#b4500b', '#1b7d47', '#8b3fb5', '#b3261e', '#0d727b', '#6f6000', '#515c69'],
  dark: ['#6db3f8', '#ffa05c', '#5ed492', '#d19bf5', '#ff8f8f', '#5fd4de', '#e3cf4a', '#c3cad4'],
};

type Stroke = 'solid' | number[];
const strokes: readonly Stroke[] = ['solid', [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], 'solid', [7, 3], [2, 2]];

/** As many lines as one chart can carry without becoming a tangle. */
export const linesMax = lineColors.light.length;

export const lineColor = (place: number, scheme: Scheme): string => lineColors[scheme][place % linesMax] ?? '#888888';
export const lineStroke = (place: number): Stroke => strokes[place % linesMax] ?? 'solid';
export const strokeCss = (place: number): string => {
  const stroke = lineStroke(place);
  return stroke === 'solid' ? 'none' : stroke.join(' ');
};

/** Colours of axes, grid lines and words of any chart. */
export const chartGround = (scheme: Scheme) => ground[scheme];
