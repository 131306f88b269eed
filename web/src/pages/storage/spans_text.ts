// How long something lasts, in days as people say them.

import { useWords } from '../../i18n';
import { formatNumber } from '../../time/format';

const yearDays = 365.25;

/** `不到一小時`, `5 小時`, `23 天`, `約 3.4 年`: as fine as it matters for room on a disk. */
export function useDaysText(): (days: number) => string {
  const { t } = useWords();
  return (days) => {
    if (days < 1 / 24) return t('storage.underHour');
    if (days < 2) return t('storage.hours', { count: formatNumber(days * 24, 0) });
    return days < 2 * yearDays ? t('storage.days', { count: formatNumber(days, 0) }) : t('storage.years', { count: formatNumber(days / yearDays, days < 10 * yearDays ? 1 : 0) });
  };
}
