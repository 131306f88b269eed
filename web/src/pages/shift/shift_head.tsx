// Which shift, which day, which group, and which way of looking at it.

import { NativeSelect, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Shift } from '../../api/shifts';
import { instantOf } from '../../api/units';
import { Choice } from '../../components/choice';
import { Icon } from '../../components/icons';
import { useWords } from '../../i18n';
import { useNow } from '../../state/clock';
import { useSite } from '../../state/site';
import { formatClock, formatLongDate } from '../../time/format';
import { spoken } from '../floor/sections';
import { phaseOf } from './chosen_shift';
import type { ShiftSearch } from './search';
import type { useShift } from './use_shift';
import classes from './shift_head.module.css';

type Change = Partial<Record<keyof ShiftSearch, string | undefined>>;

interface Props {
  shown: ReturnType<typeof useShift>;
  search: ShiftSearch;
  groups: string[];
  onChoose: (change: Change) => void;
}

function PhaseWord({ shift }: { shift: Shift }) {
  const { t } = useWords();
  const phase = phaseOf(shift, useNow());
  return (
    <span className={classes.phase} data-phase={phase}>
      {t(`shift.phase.${phase}`)}
    </span>
  );
}

function Beside({ shift, search, label, children }: { shift: Shift | null; search: ShiftSearch; label: string; children: ReactNode }) {
  if (shift === null) return <span className={classes.step} aria-hidden="true" />;
  const { business_date, name } = shift;
  return (
    <Link to="/shift" search={{ ...search, day: business_date, shift: name === '' ? undefined : name }} className={classes.step} aria-label={label} title={label}>
      {children}
    </Link>
  );
}

export function ShiftHead({ shown, search, groups, onChoose }: Props) {
  const { t, language } = useWords();
  const { timezone } = useSite();
  const { shift, before, after, ofDay } = shown;
  const clock = (at: string) => formatClock(instantOf(at), timezone, false);
  return (
    <header className={classes.head}>
      <div className={classes.which}>
        <Beside shift={before} search={search} label={t('shift.before')}>
          <Icon name="back" size={24} />
        </Beside>
        <div className={classes.title}>
          <div className={classes.name}>
            <h1>{shift === undefined ? t('nav.shift') : shift.name === '' ? t('shift.wholeDay') : shift.name}</h1>
            {shift !== undefined && <PhaseWord shift={shift} />}
          </div>
          {shift !== undefined && (
            <p className="dim number">
              {formatLongDate(instantOf(shift.from), timezone, language)} {clock(shift.from)}–{clock(shift.to)}
              {shift.breaks.length > 0 && ` · ${t('shift.breaks', { times: shift.breaks.map((each) => `${clock(each.from)}–${clock(each.to)}`).join(' ') })}`}
              {` · ${timezone}`}
            </p>
          )}
        </div>
        <Beside shift={after} search={search} label={t('shift.after')}>
          <Icon name="next" size={24} />
        </Beside>
      </div>
      <div className={classes.tools}>
        {search.day !== undefined && (
          <Link to="/shift" search={{ ...search, day: undefined, shift: undefined }} className={classes.present}>
            <Icon name="clock" /> {t('shift.present')}
          </Link>
        )}
        <TextInput
          type="date"
          className={classes.day}
          aria-label={t('shift.day')}
          value={shift?.business_date ?? ''}
          onChange={(event) => event.currentTarget.value !== '' && onChoose({ day: event.currentTarget.value, shift: undefined })}
        />
        {ofDay.length > 1 && shift !== undefined && (
          <Choice
            bare
            label={t('shift.which')}
            options={ofDay.map(({ name }) => ({ value: name, word: name }))}
            value={shift.name}
            onChoose={(name) => onChoose({ day: shift.business_date, shift: name })}
          />
        )}
        {groups.length > 1 && (
          <NativeSelect
            className={classes.group}
            aria-label={t('shift.group')}
            value={search.group ?? ''}
            onChange={(event) => onChoose({ group: event.currentTarget.value || undefined })}
            data={[{ value: '', label: t('shift.allGroups') }, ...groups.map((path) => ({ value: path, label: spoken(path) }))]}
          />
        )}
        <Choice
          bare
          label={t('shift.tabs')}
          options={[
            { value: 'bars', word: t('shift.tab.bars') },
            { value: 'hours', word: t('shift.tab.hours') },
          ]}
          value={search.tab ?? 'bars'}
          onChoose={(tab) => onChoose({ tab: tab === 'hours' ? tab : undefined })}
        />
      </div>
    </header>
  );
}
