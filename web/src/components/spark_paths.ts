// Numbers into SVG paths, one for each stretch without a hole. Pure.

const margin = 2;

export function sparkPaths(values: readonly (number | null)[], width: number, height: number): string[] {
  const known = values.filter((value): value is number => value !== null && Number.isFinite(value));
  if (known.length === 0) return [];
  const [least, most] = known.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  const x = (place: number) => margin + (place / Math.max(1, values.length - 1)) * (width - 2 * margin);
  // A line that never moves stands in the middle.
  const y = (value: number) => (most === least ? height / 2 : height - margin - ((value - least) / (most - least)) * (height - 2 * margin));
  const paths: string[] = [];
  let path = '';
  values.forEach((value, place) => {
    if (value === null || !Number.isFinite(value)) {
      if (path !== '') paths.push(path);
      path = '';
      return;
    }
    const point = `${x(place).toFixed(1)} ${y(value).toFixed(1)}`;
    // A lone value is drawn as a dot: a line of no length with round ends.
    path += path === '' ? `M${point}h0` : `L${point}`;
  });
  if (path !== '') paths.push(path);
  return paths;
}
