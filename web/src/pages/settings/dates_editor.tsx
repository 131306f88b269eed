// Days that are not like others: holidays, days with shifts of their own, planned downtime.

import { ActionIcon, Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { ExceptionalDay, Holiday, PlannedDowntime } from '../../api/plant';
import { instantOf, timestampOf } from '../../api/units';
import { SelectField, TextField } from '../../components/form/fields';
import { Icon } from '../../components/icons';
import { useWords } from '../../i18n';
import { formatClock, formatDate } from '../../time/format';
import { parseWall } from '../../time/zone';
import { Breaks } from './shift_editor';
import { tidyClock } from './shift_plan';
import classes from './dates_editor.module.css';

function Rows({ children, add, onAdd, empty, none }: { children: ReactNode; add: string; onAdd: () => void; empty: boolean; none: string }) {
  return (
    <>
      {empty ? <p className={classes.none}>{none}</p> : <ul className={classes.list}>{children}</ul>}
      <Button variant="default" leftSection={<Icon name="plus" />} onClick={onAdd}>
        {add}
      </Button>
    </>
  );
}

function Remove({ label, onRemove }: { label: string; onRemove: () => void }) {
  return (
    <ActionIcon className={classes.remove} variant="subtle" size={44} aria-label={label} title={label} onClick={onRemove}>
      <Icon name="trash" />
    </ActionIcon>
  );
}

const put = <T,>(items: readonly T[], place: number, item: T): T[] => items.map((each, at) => (at === place ? item : each));
const without = <T,>(items: readonly T[], place: number): T[] => items.filter((_, at) => at !== place);

export function HolidaysEditor({ holidays, today, onChange }: { holidays: Holiday[]; today: string; onChange: (holidays: Holiday[]) => void }) {
  const { t } = useWords();
  return (
    <Rows empty={holidays.length === 0} none={t('calendar.noHolidays')} add={t('calendar.addHoliday')} onAdd={() => onChange([...holidays, { date: today, name: '' }])}>
      {holidays.map((holiday, place) => (
        <li key={place} className={classes.row}>
          <TextField className={classes.date} label={t('calendar.date')} path={`/calendar/holidays/${place}/date`} type="date" value={holiday.date} onChange={(date) => onChange(put(holidays, place, { ...holiday, date }))} />
          <TextField className={classes.grow} label={t('calendar.dayName')} path={`/calendar/holidays/${place}/name`} placeholder={t('calendar.holidayExample')} value={holiday.name ?? ''} onChange={(name) => onChange(put(holidays, place, { ...holiday, name }))} />
          <Remove label={t('calendar.remove', { what: holiday.name || holiday.date })} onRemove={() => onChange(without(holidays, place))} />
        </li>
      ))}
    </Rows>
  );
}

export function ExceptionsEditor({ days, today, onChange }: { days: ExceptionalDay[]; today: string; onChange: (days: ExceptionalDay[]) => void }) {
  const { t } = useWords();
  return (
    <Rows empty={days.length === 0} none={t('calendar.noExceptions')} add={t('calendar.addException')} onAdd={() => onChange([...days, { date: today, name: t('calendar.overtime'), shifts: [{ name: t('calendar.overtime'), start: '08:00', end: '12:00' }] }])}>
      {days.map((day, place) => (
        <li key={place} className={classes.block}>
          <div className={classes.row}>
            <TextField className={classes.date} label={t('calendar.date')} path={`/calendar/exceptions/${place}/date`} type="date" value={day.date} onChange={(date) => onChange(put(days, place, { ...day, date }))} />
            <TextField className={classes.grow} label={t('calendar.dayName')} path={`/calendar/exceptions/${place}/name`} value={day.name ?? ''} onChange={(name) => onChange(put(days, place, { ...day, name }))} />
            <Remove label={t('calendar.remove', { what: day.name || day.date })} onRemove={() => onChange(without(days, place))} />
          </div>
          {day.shifts.map((shift, each) => {
            const path = `/calendar/exceptions/${place}/shifts/${each}`;
            const set = (next: typeof shift) => onChange(put(days, place, { ...day, shifts: put(day.shifts, each, next) }));
            return (
              <div key={each} className={classes.row}>
                <TextField className={classes.grow} label={t('shifts.name')} path={`${path}/name`} value={shift.name} onChange={(name) => set({ ...shift, name })} />
                <TextField className={classes.clock} label={t('shifts.start')} path={`${path}/start`} inputMode="numeric" value={shift.start} tidy={tidyClock} onChange={(start) => set({ ...shift, start })} />
                <TextField className={classes.clock} label={t('shifts.end')} path={`${path}/end`} inputMode="numeric" value={shift.end} tidy={tidyClock} onChange={(end) => set({ ...shift, end })} />
                {day.shifts.length > 1 && <Remove label={t('shifts.remove', { name: shift.name })} onRemove={() => onChange(put(days, place, { ...day, shifts: without(day.shifts, each) }))} />}
                <Breaks shift={shift} path={path} onChange={(breaks) => set({ ...shift, breaks })} />
              </div>
            );
          })}
          <Button variant="subtle" leftSection={<Icon name="plus" />} onClick={() => onChange(put(days, place, { ...day, shifts: [...day.shifts, { name: t('shifts.newName'), start: '13:00', end: '17:00' }] }))}>
            {t('calendar.addDayShift')}
          </Button>
        </li>
      ))}
    </Rows>
  );
}

interface DowntimeProps {
  items: PlannedDowntime[];
  zone: string;
  today: string;
  machines: readonly { id: string; name: string }[];
  onChange: (items: PlannedDowntime[]) => void;
}

/** A moment on the plant's wall clock, `2024-03-14 08:05`; the old one holds until it reads well. */
function MomentField({ label, path, at, zone, onChange }: { label: string; path: string; at: string; zone: string; onChange: (at: string) => void }) {
  const { t } = useWords();
  const [text, setText] = useState(Number.isNaN(Date.parse(at)) ? '' : `${formatDate(instantOf(at), zone)} ${formatClock(instantOf(at), zone, false)}`);
  const wrong = parseWall(text, zone) === null;
  return (
    <TextField
      className={classes.moment}
      label={label}
      path={path}
      inputMode="numeric"
      value={text}
      help={wrong ? t('window.wrong') : undefined}
      onChange={(written) => {
        setText(written);
        const moment = parseWall(written, zone);
        if (moment !== null) onChange(timestampOf(moment));
      }}
    />
  );
}

export function DowntimeEditor({ items, zone, today, machines, onChange }: DowntimeProps) {
  const { t } = useWords();
  const instantText = (wall: string): string | null => {
    const at = parseWall(wall, zone);
    return at === null ? null : timestampOf(at);
  };
  const fresh = (): PlannedDowntime => ({ from: instantText(`${today} 13:00`) ?? '', to: instantText(`${today} 17:00`) ?? '', reason: t('calendar.maintenance') });
  return (
    <Rows empty={items.length === 0} none={t('calendar.noDowntime')} add={t('calendar.addDowntime')} onAdd={() => onChange([...items, fresh()])}>
      {items.map((item, place) => {
        const path = `/calendar/planned_downtime/${place}`;
        const set = (part: Partial<PlannedDowntime>) => onChange(put(items, place, { ...item, ...part }));
        return (
          <li key={place} className={classes.row}>
            <SelectField
              className={classes.grow}
              label={t('calendar.which')}
              path={`${path}/machine`}
              value={item.machine ?? ''}
              onChange={(machine) => {
                const { machine: _, ...rest } = item;
                onChange(put(items, place, machine === '' ? rest : { ...rest, machine }));
              }}
              options={[{ value: '', word: t('calendar.wholePlant') }, ...machines.map(({ id, name }) => ({ value: id, word: `${name}（${id}）` }))]}
            />
            <MomentField label={t('calendar.from')} path={`${path}/from`} at={item.from} zone={zone} onChange={(from) => set({ from })} />
            <MomentField label={t('calendar.to')} path={`${path}/to`} at={item.to} zone={zone} onChange={(to) => set({ to })} />
            <TextField className={classes.grow} label={t('calendar.why')} path={`${path}/reason`} value={item.reason ?? ''} onChange={(reason) => set({ reason })} />
            <Remove label={t('calendar.remove', { what: item.reason || t('calendar.downtime') })} onRemove={() => onChange(without(items, place))} />
          </li>
        );
      })}
    </Rows>
  );
}
