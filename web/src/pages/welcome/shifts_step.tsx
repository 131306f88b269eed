// Step 2: when work is planned. A pattern to start from; every time can be changed.

import { useMemo, useState } from 'react';
import { useApplyPlant, type PlantSettings, type Shift } from '../../api/plant';
import { Complaining, type Complaint } from '../../components/form/complaints';
import { ErrorText } from '../../components/trouble';
import { useWords } from '../../i18n';
import { complaintsOf } from '../connections/form/server_errors';
import { PatternChoice, patternLike, usePatterns } from '../settings/pattern_choice';
import { ShiftEditor } from '../settings/shift_editor';
import { checkShifts } from '../settings/shift_plan';
import { WeekStrip } from '../settings/week_strip';
import { StepFrame } from './step_frame';
import { useKept } from './use_kept';
import classes from './welcome.module.css';

export function ShiftsStep({ plant, onDone, onSkip }: { plant: PlantSettings; onDone: () => void; onSkip: () => void }) {
  const { t } = useWords();
  const patterns = usePatterns();
  const [shifts, setShifts, forget] = useKept<Shift[]>('shifts', plant.calendar.shifts.length > 0 ? plant.calendar.shifts : patterns('day'));
  const [showAll, setShowAll] = useState(false);
  const apply = useApplyPlant();
  const own = useMemo(() => new Map<string, Complaint>(checkShifts(shifts)), [shifts]);
  const wrong = useMemo(() => new Map([...complaintsOf(apply.error), ...own]), [apply.error, own]);
  const next = () => {
    if (own.size > 0) return setShowAll(true);
    const done = () => {
      forget();
      onDone();
    };
    apply.mutate({ calendar: { ...plant.calendar, shifts } }, { onSuccess: done });
    return undefined;
  };
  return (
    <Complaining wrong={wrong} showAll={showAll}>
      <StepFrame title={t('welcome.shifts')} text={t('welcome.shiftsText')} next={t('welcome.next')} onNext={next} busy={apply.isPending} onSkip={onSkip} skip={t('welcome.skip')}>
        <PatternChoice shifts={shifts} onChoose={setShifts} />
        <WeekStrip shifts={shifts} />
        {shifts.length === 0 ? (
          <p className={classes.text}>{t('calendar.always')}</p>
        ) : (
          <details className={classes.details} open={patternLike(shifts) === null || own.size > 0 || undefined}>
            <summary>{t('welcome.editTimes')}</summary>
            <ShiftEditor shifts={shifts} onChange={setShifts} />
          </details>
        )}
        {apply.error !== null && wrong.size === 0 && (
          <p className={classes.failed} role="alert">
            <ErrorText error={apply.error} />
          </p>
        )}
      </StepFrame>
    </Complaining>
  );
}
