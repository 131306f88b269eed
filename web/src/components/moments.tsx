// Small leaves that tick: only they are drawn each second, not what they stand in.

import { secondsBetween, type Instant, instantOf, type Seconds, type Timestamp } from '../api/units';
import { useNow, useToday, useTold } from '../state/clock';
import { useStoppedAt } from '../state/live';
import { useSite } from '../state/site';
import { formatAge, formatClock, formatDateTime, formatMoment, formatStopwatch } from '../time/format';
import { useWords } from '../i18n';

/** How long a state has lasted: `1:02:05`. Stands still while nothing is heard. */
export function Stopwatch({ since }: { since: Timestamp | null }) {
  const stopped = useStoppedAt();
  const text = useTold((now) => (since === null ? null : formatStopwatch(secondsBetween(instantOf(since), stopped ?? now))));
  return text === null ? null : <span className="number">{text}</span>;
}

/** `3 秒前`: how old a value is. Goes on while nothing is heard, since it does get older. */
export function Age({ at }: { at: Timestamp | null }) {
  const { t, duration } = useWords();
  const age = useTold((now) => (at === null ? null : formatAge(secondsBetween(instantOf(at), now), duration)));
  if (age === null) return <span>{t('unit.never')}</span>;
  return <span className="number">{t('unit.ago', { age })}</span>;
}

/** The age of something that was `age` old at `heard`; `lasting` if it is a condition that goes on. */
export function GrowingAge({ age, heard, lasting }: { age: Seconds; heard: Instant | undefined; lasting: boolean }) {
  const { t, duration } = useWords();
  const text = useTold((now) => formatAge(heard === undefined ? age : ((age + secondsBetween(heard, now)) as Seconds), duration));
  return <span className="number">{lasting ? t('unit.for', { age: text }) : t('unit.ago', { age: text })}</span>;
}

/** A time of the plant: the clock alone if it is today, else with its date. */
export function Moment({ at, withSeconds = true }: { at: Timestamp; withSeconds?: boolean }) {
  const { timezone } = useSite();
  const today = useToday(timezone);
  const moment = instantOf(at);
  return (
    <time className="number" dateTime={at} title={formatDateTime(moment, timezone)}>
      {formatMoment(moment, today, timezone, withSeconds)}
    </time>
  );
}

export function PlantClock() {
  const now = useNow();
  const { timezone } = useSite();
  return (
    <time className="number" dateTime={new Date(now).toISOString()}>
      {formatClock(now, timezone)}
    </time>
  );
}

/** `13:42:10 起`, `since 13:42:10`: the words around the time differ, so the text is split at it. */
export function Since({ since }: { since: Timestamp | null }) {
  const { t } = useWords();
  if (since === null) return null;
  const [before, after] = t('tile.since', { time: '\u0000' }).split('\u0000');
  return (
    <>
      {before}
      <Moment at={since} />
      {after}
    </>
  );
}
