// Values, roles and qualities of signals in words.

import { readableText, type HeardValue } from '../api/signals';
import { isTextKey, useWords } from '../i18n';
import { formatNumber } from '../time/format';

export const qualityLight = { good: 'ok', uncertain: 'warn', bad: 'down', unavailable: 'unknown' } as const;

export function useValueText(): (value: HeardValue) => string {
  const { t } = useWords();
  return (value) => {
    if (value === null || value === '') return '—';
    if (typeof value === 'object') return [t(`condition.${value.level}`), value.code, value.text].filter(Boolean).join(' · ');
    if (typeof value === 'boolean') return value ? t('signals.on') : t('signals.off');
    return typeof value === 'number' ? formatNumber(value) : readableText(value) || '—';
  };
}

/** A role of the contract in the page's language; another as it is written; none as nothing. */
export function useRoleText(): (role: string | null) => string {
  const { t } = useWords();
  return (role) => {
    const key = `role.${role}`;
    if (role === null || role === '' || role === 'none') return '';
    return isTextKey(key) ? t(key) : role;
  };
}
