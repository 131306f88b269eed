// A time zone, with the clock it shows now: a wrong zone is seen at once.

import { useMemo } from 'react';
import { TextField } from '../../components/form/fields';
import { useWords } from '../../i18n';
import { useNow } from '../../state/clock';
import { formatClock, formatDate } from '../../time/format';

const usual = ['Asia/Taipei', 'Asia/Shanghai', 'Asia/Tokyo', 'Asia/Ho_Chi_Minh', 'Asia/Bangkok', 'Asia/Jakarta', 'Asia/Kolkata', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles', 'UTC'];

export function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return zone.trim() !== '';
  } catch {
    return false;
  }
}

/** The browser's own zone, if it says one; else Taiwan's. */
export function guessedZone(): string {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return zone && zone !== 'UTC' && isZone(zone) ? zone : 'Asia/Taipei';
}

function ClockThere({ zone }: { zone: string }) {
  const { t } = useWords();
  const now = useNow();
  return <>{t('settings.clockThere', { date: formatDate(now, zone), time: formatClock(now, zone) })}</>;
}

export function ZoneField({ value, onChange }: { value: string; onChange: (zone: string) => void }) {
  const { t } = useWords();
  const zones = useMemo(() => {
    const all = (Intl as unknown as { supportedValuesOf?: (key: string) => string[] }).supportedValuesOf?.('timeZone') ?? [];
    return [...new Set([...usual, ...all])];
  }, []);
  return <TextField label={t('settings.zone')} path="/site/timezone" options={zones} value={value} onChange={onChange} help={isZone(value) ? <ClockThere zone={value} /> : t('settings.zoneHelp')} />;
}
