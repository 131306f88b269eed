// One value as it came from the device just now, or the device's own words why not.

import type { Quality, Value } from '../../../api/types';
import { LightShape } from '../../../components/lights';
import { useWords } from '../../../i18n';
import { formatNumber } from '../../../time/format';
import classes from './tested_value.module.css';

export function useValueText(): (value: Value, unit?: string | null) => string {
  const { t } = useWords();
  return (value, unit) => {
    if (value === null) return '—';
    if (typeof value === 'boolean') return value ? t('signals.on') : t('signals.off');
    return `${typeof value === 'number' ? formatNumber(value) : value}${unit ? ` ${unit}` : ''}`;
  };
}

const lightOf = { good: 'ok', uncertain: 'warn', bad: 'down', unavailable: 'unknown' } as const;

export function TestedValue({ value, quality, error, unit }: { value: Value; quality: Quality | null; error?: string | null; unit?: string | null }) {
  const { t } = useWords();
  const text = useValueText();
  if (error)
    return (
      <span className={classes.refused}>
        <LightShape status="down" />
        <span>{error}</span>
      </span>
    );
  return (
    <span className={classes.value} data-quality={quality ?? undefined}>
      <LightShape status={quality === null ? 'unknown' : lightOf[quality]} />
      <strong className="number">{text(value, unit)}</strong>
      {quality !== null && quality !== 'good' && <span className="dim">{t(`quality.${quality}`)}</span>}
    </span>
  );
}
