// When work is planned: shifts of the week, days that differ, planned downtime. Figures of old days
// hang on it, so the effect is shown before it is done.

import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Calendar, PlantSettings, Shift } from '../../api/plant';
import { machinesQuery } from '../../api/queries';
import { Card } from '../../components/card';
import { Complaining, type Complaint } from '../../components/form/complaints';
import { useWords } from '../../i18n';
import { useToday } from '../../state/clock';
import { ApplyBar, Recomputing } from './apply_bar';
import { DowntimeEditor, ExceptionsEditor, HolidaysEditor } from './dates_editor';
import { PatternChoice } from './pattern_choice';
import { ShiftEditor } from './shift_editor';
import { checkShifts } from './shift_plan';
import { useApply } from './use_apply';
import { WeekStrip } from './week_strip';
import classes from './settings_page.module.css';

export function checkCalendar(calendar: Calendar): Map<string, Complaint> {
  const wrong = new Map<string, Complaint>(checkShifts(calendar.shifts));
  calendar.holidays.forEach(({ date }, place) => {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) wrong.set(`/calendar/holidays/${place}/date`, { key: 'calendar.wrong.date' });
  });
  const seen = new Set(calendar.holidays.map(({ date }) => date));
  calendar.exceptions.forEach(({ date, shifts }, place) => {
    const path = `/calendar/exceptions/${place}`;
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) wrong.set(`${path}/date`, { key: 'calendar.wrong.date' });
    else if (seen.has(date)) wrong.set(`${path}/date`, { key: 'calendar.wrong.twice' });
    seen.add(date);
    // One day's shifts, as if each stood on the same weekday.
    for (const [at, complaint] of checkShifts(shifts.map((shift) => ({ ...shift, days: 'mon' })), `${path}/shifts`)) wrong.set(at, complaint);
  });
  calendar.planned_downtime.forEach(({ from, to }, place) => {
    if (Date.parse(to) <= Date.parse(from)) wrong.set(`/calendar/planned_downtime/${place}/to`, { key: 'calendar.wrong.order' });
  });
  return wrong;
}

/** Without empty names: the plant file has none. */
const tidy = (calendar: Calendar): Calendar => {
  const named = <T extends { name?: string }>(day: T): T => {
    const { name, ...rest } = day;
    return (name === undefined || name.trim() === '' ? rest : { ...rest, name: name.trim() }) as T;
  };
  return {
    shifts: calendar.shifts.map((shift) => ({ ...shift, name: shift.name.trim() })),
    holidays: calendar.holidays.map(named),
    exceptions: calendar.exceptions.map(named),
    planned_downtime: calendar.planned_downtime.map(({ reason, ...rest }) => (reason === undefined || reason.trim() === '' ? rest : { ...rest, reason: reason.trim() })),
  };
};

export function CalendarTab({ plant }: { plant: PlantSettings }) {
  const { t } = useWords();
  const [calendar, setCalendar] = useState(plant.calendar);
  const [showAll, setShowAll] = useState(false);
  const today = useToday(plant.site.timezone);
  const machines = useQuery(machinesQuery);
  const applying = useApply(plant.generation, () => undefined);
  const own = useMemo(() => checkCalendar(calendar), [calendar]);
  const wrong = useMemo(() => new Map([...applying.refused, ...own]), [applying.refused, own]);
  const set = (part: Partial<Calendar>) => setCalendar((before) => ({ ...before, ...part }));
  const setShifts = (shifts: Shift[]) => set({ shifts });
  const dirty = JSON.stringify(tidy(calendar)) !== JSON.stringify(tidy(plant.calendar));

  return (
    <Complaining wrong={wrong} showAll={showAll}>
      <div className={classes.stack}>
        <Recomputing />
        <Card title={t('calendar.shifts')} aside={<span className="dim">{plant.site.timezone}</span>}>
          <div className={classes.stack}>
            <PatternChoice shifts={calendar.shifts} onChoose={setShifts} />
            <WeekStrip shifts={calendar.shifts} />
            {calendar.shifts.length === 0 && <p className={classes.note}>{t('calendar.always')}</p>}
            <ShiftEditor shifts={calendar.shifts} onChange={setShifts} />
          </div>
        </Card>
        <Card title={t('calendar.holidays')} aside={<span className="dim">{t('calendar.holidaysNote')}</span>}>
          <HolidaysEditor holidays={calendar.holidays} today={today} onChange={(holidays) => set({ holidays })} />
        </Card>
        <Card title={t('calendar.exceptions')} aside={<span className="dim">{t('calendar.exceptionsNote')}</span>}>
          <ExceptionsEditor days={calendar.exceptions} today={today} onChange={(exceptions) => set({ exceptions })} />
        </Card>
        <Card title={t('calendar.downtime')} aside={<span className="dim">{t('calendar.downtimeNote')}</span>}>
          <DowntimeEditor items={calendar.planned_downtime} zone={plant.site.timezone} today={today} machines={machines.data ?? []} onChange={(planned_downtime) => set({ planned_downtime })} />
        </Card>
        <ApplyBar
          dirty={dirty}
          wrong={showAll ? own.size : 0}
          busy={applying.looking}
          onReset={() => setCalendar(plant.calendar)}
          onApply={() => (own.size > 0 ? setShowAll(true) : void applying.review({ calendar: tidy(calendar) }))}
        />
        {applying.dialog}
      </div>
    </Complaining>
  );
}
