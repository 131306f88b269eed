// A figure as text: percent, duration or parts; a dash where there is none.

import { ratio, seconds } from '../api/units';
import { useWords } from '../i18n';
import { formatDuration, formatNumber, formatPercent } from '../time/format';

export function FigureValue({ value, unit }: { value: number | null; unit: string | null }) {
  const { t, duration } = useWords();
  if (value === null) return <span>—</span>;
  if (unit === 'ratio') return <span className="number">{formatPercent(ratio(value))}</span>;
  if (unit === 's') return <span className="number">{formatDuration(seconds(value), duration)}</span>;
  return (
    <span className="number">
      {formatNumber(value)} <small>{unit === 'parts' ? t('unit.parts') : unit}</small>
    </span>
  );
}
