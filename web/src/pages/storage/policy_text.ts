// Which of a signal's values are kept, in a line.

import type { HistoryPolicy } from '../../api/connections';
import type { Seconds } from '../../api/units';
import { useWords } from '../../i18n';
import { formatDuration, formatNumber } from '../../time/format';

export function usePolicyText(): (policy: HistoryPolicy | null) => string {
  const { t, duration } = useWords();
  return (policy) => {
    const { every_s, dead_band, dead_band_percent, at_least_every_s } = policy ?? {};
    const parts = [
      ...(every_s == null ? [] : [t('policy.every', { time: formatDuration(every_s as Seconds, duration) })]),
      ...(dead_band == null ? [] : [t('policy.band', { band: formatNumber(dead_band, 6) })]),
      ...(dead_band_percent == null ? [] : [t('policy.bandPercent', { band: formatNumber(dead_band_percent, 3) })]),
      ...(at_least_every_s == null ? [] : [t('policy.least', { time: formatDuration(at_least_every_s as Seconds, duration) })]),
    ];
    return parts.length === 0 ? t('policy.all') : parts.join(' · ');
  };
}
