// Which line is which, and what each shows at the cursor.

import { Icon } from '../components/icons';
import { useWords } from '../i18n';
import { formatNumber } from '../time/format';
import { useCursorAt, type Cursor } from '../timeline/cursor';
import { LineSign } from './line_sign';
import { readingAt, type Line } from './series';
import classes from './trend_chart.module.css';

interface Props {
  lines: readonly Line[];
  cursor: Cursor;
  onRemove?: ((id: string) => void) | undefined;
}

export function TrendLegend({ lines, cursor, onRemove }: Props) {
  const { t } = useWords();
  return (
    <ul className={classes.legend}>
      {lines.map((line) => (
        <li key={line.id} data-line={line.id}>
          <LineSign place={line.place} />
          <span className={classes.name}>{line.label}</span>
          <AtCursor line={line} cursor={cursor} />
          {onRemove !== undefined && (
            <button type="button" className={classes.remove} aria-label={t('trend.remove', { name: line.label })} title={t('trend.remove', { name: line.label })} onClick={() => onRemove(line.id)}>
              <Icon name="close" size={16} />
            </button>
          )}
        </li>
      ))}
    </ul>
  );
}

function AtCursor({ line, cursor }: { line: Line; cursor: Cursor }) {
  const { t } = useWords();
  const at = useCursorAt(cursor);
  if (at === null) return line.unit === '' ? null : <span className="dim">{line.unit}</span>;
  const reading = readingAt(line.slices, at);
  if (reading === null) return <span className="dim">{t('trend.gap')}</span>;
  const { min, avg, max } = reading;
  return (
    <span className={`${classes.value} number`}>
      {formatNumber(avg, digitsFor(line))} {line.unit}
      {max > min && (
        <span className="dim">
          {' '}
          {formatNumber(min, digitsFor(line))} … {formatNumber(max, digitsFor(line))}
        </span>
      )}
    </span>
  );
}

/** Decimals that say something at this size of number. */
function digitsFor({ slices }: Line): number {
  let most = 0;
  for (let i = 0; i < slices.max.length; i += Math.max(1, slices.max.length >> 6)) most = Math.max(most, Math.abs(slices.max[i] || 0));
  return most >= 1000 ? 1 : most >= 10 ? 2 : 3;
}
