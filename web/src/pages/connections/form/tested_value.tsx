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
    if (typeof value === 'number') return `${formatNumber(value)}${unit ? ` ${unit}` : ''}`;
    // A condition comes as level, code, severity and text with separators between; most are empty.
    return `${value.split(separators).filter(Boolean).join(' · ')}${unit ? ` ${unit}` : ''}`;
  };
}

// A condition's parts stand between control characters.
const separators = /[\u0000-\u001f]+/;

const lightOf = { good: 'ok', uncertain: 'warn', bad: 'down', unavailable: 'unknown' } as const;

export function TestedValue({ value, quality, error, unit }: { value: Value; quality: Quality | null; error?: string | null; unit?: string | null }) {
  const { t } = useWords();
  const text = useValueText();
  // The device answered and has nothing to say just now: no fault of anybody.
  if (error && quality === 'unavailable')
    return (
      <span className={classes.value} data-quality={quality}>
        <LightShape status="unknown" />
        <span className="dim">{t('test.silent')}</span>
      </span>
    );
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
