// Shifts, each with its name, days, times and breaks.

import { ActionIcon, Button } from '@mantine/core';
import type { Shift } from '../../api/plant';
import { useComplaint } from '../../components/form/complaints';
import { TextField } from '../../components/form/fields';
import { Icon } from '../../components/icons';
import { useWords } from '../../i18n';
import { formatDuration } from '../../time/format';
import { seconds } from '../../api/units';
import { crossesMidnight, dayWords, daysOf, formatDays, plannedMinutes, tidyClock } from './shift_plan';
import classes from './shift_editor.module.css';

export function DayPicker({ path, value, onChange, label }: { path: string; value: string; onChange: (days: string) => void; label: string }) {
  const { t } = useWords();
  const { text } = useComplaint(path);
  const days = daysOf(value) ?? new Set();
  return (
    <div className={classes.dayField}>
      <div className={classes.days} role="group" aria-label={label}>
        {dayWords.map((word) => (
          <button
            key={word}
            type="button"
            className={classes.day}
            aria-pressed={days.has(word)}
            onClick={() => {
              const next = new Set(days);
              if (!next.delete(word)) next.add(word);
              onChange(formatDays(next));
            }}
          >
            {t(`weekday.${word}`)}
          </button>
        ))}
      </div>
      {text !== null && <p className={classes.wrong}>{text}</p>}
    </div>
  );
}

const splitBreak = (text: string): [string, string] => {
  const [from = '', to = ''] = text.split('-');
  return [from.trim(), to.trim()];
};

export function Breaks({ shift, path, onChange }: { shift: { name?: string; breaks?: string[] }; path: string; onChange: (breaks: string[]) => void }) {
  const { t } = useWords();
  const breaks = shift.breaks ?? [];
  const set = (place: number, from: string, to: string) => onChange(breaks.map((text, each) => (each === place ? `${from}-${to}` : text)));
  return (
    <div className={classes.breaks}>
      {breaks.map((text, place) => {
        const [from, to] = splitBreak(text);
        return (
          <div key={place} className={classes.break}>
            <TextField label={t('shifts.breakFrom', { n: place + 1 })} bare className={classes.clock} path={`${path}/breaks/${place}`} inputMode="numeric" value={from} tidy={tidyClock} onChange={(next) => set(place, next, to)} />
            <span aria-hidden="true">–</span>
            <TextField label={t('shifts.breakTo', { n: place + 1 })} bare className={classes.clock} inputMode="numeric" value={to} tidy={tidyClock} onChange={(next) => set(place, from, next)} />
            <ActionIcon variant="subtle" size={44} aria-label={t('shifts.removeBreak', { n: place + 1 })} title={t('shifts.removeBreakTitle')} onClick={() => onChange(breaks.filter((_, each) => each !== place))}>
              <Icon name="close" />
            </ActionIcon>
          </div>
        );
      })}
      <Button variant="subtle" leftSection={<Icon name="plus" />} onClick={() => onChange([...breaks, '12:00-13:00'])}>
        {t('shifts.addBreak')}
      </Button>
    </div>
  );
}

function ShiftCard({ shift, place, onChange, onRemove }: { shift: Shift; place: number; onChange: (shift: Shift) => void; onRemove: () => void }) {
  const { t, duration } = useWords();
  const path = `/calendar/shifts/${place}`;
  const planned = plannedMinutes(shift);
  return (
    <li className={classes.shift} data-shift={place}>
      <div className={classes.line}>
        <span className={classes.tone} data-tone={place % 4} aria-hidden="true" />
        <TextField className={classes.name} label={t('shifts.name')} path={`${path}/name`} value={shift.name} onChange={(name) => onChange({ ...shift, name })} />
        <TextField className={classes.clock} label={t('shifts.start')} path={`${path}/start`} inputMode="numeric" placeholder="08:00" value={shift.start} tidy={tidyClock} onChange={(start) => onChange({ ...shift, start })} />
        <TextField className={classes.clock} label={t('shifts.end')} path={`${path}/end`} inputMode="numeric" placeholder="17:00" value={shift.end} tidy={tidyClock} onChange={(end) => onChange({ ...shift, end })} />
        <ActionIcon className={classes.remove} variant="subtle" size={44} aria-label={t('shifts.remove', { name: shift.name })} title={t('shifts.removeTitle')} onClick={onRemove}>
          <Icon name="trash" />
        </ActionIcon>
      </div>
      <DayPicker label={t('shifts.days', { name: shift.name })} path={`${path}/days`} value={shift.days} onChange={(days) => onChange({ ...shift, days })} />
      <div className={classes.line}>
        <span className={classes.breakWord}>{t('shifts.breaks')}</span>
        <Breaks shift={shift} path={path} onChange={(breaks) => onChange({ ...shift, breaks })} />
      </div>
      <p className={classes.note}>
        {planned !== null && <span className="number">{t('shifts.planned', { duration: formatDuration(seconds(planned * 60), duration) })}</span>}
        {crossesMidnight(shift) && <span>{t('shifts.crosses')}</span>}
      </p>
    </li>
  );
}

export function ShiftEditor({ shifts, onChange }: { shifts: readonly Shift[]; onChange: (shifts: Shift[]) => void }) {
  const { t } = useWords();
  const fresh = (): Shift => {
    const last = shifts.at(-1);
    return { name: t('shifts.newName'), days: last?.days ?? 'mon-fri', start: last?.end ?? '08:00', end: last === undefined ? '17:00' : '00:00', breaks: [] };
  };
  return (
    <div>
      <ul className={classes.list}>
        {shifts.map((shift, place) => (
          <ShiftCard key={place} shift={shift} place={place} onChange={(next) => onChange(shifts.map((each, at) => (at === place ? next : each)))} onRemove={() => onChange(shifts.filter((_, at) => at !== place))} />
        ))}
      </ul>
      <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => onChange([...shifts, fresh()])} data-action="add-shift">
        {t('shifts.add')}
      </Button>
    </div>
  );
}
