// A row of numbers as a line without axes: its shape, not its values. A gap stays a gap.

import { sparkPaths } from './spark_paths';
import classes from './sparkline.module.css';

interface SparklineProps {
  values: readonly (number | null)[];
  /** What the line shows, for ears; its newest value stands beside it in text. */
  label: string;
  width?: number;
  height?: number;
}

export function Sparkline({ values, label, width = 120, height = 32 }: SparklineProps) {
  return (
    <svg className={classes.spark} viewBox={`0 0 ${width} ${height}`} width={width} height={height} role="img" aria-label={label} preserveAspectRatio="none">
      {sparkPaths(values, width, height).map((path) => (
        <path key={path} d={path} />
      ))}
    </svg>
  );
}
