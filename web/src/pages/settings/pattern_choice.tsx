// The usual shift patterns, to start from.

import type { Shift } from '../../api/plant';
import { useWords } from '../../i18n';
import { patternNames, patternOf, type PatternName } from './shift_plan';
import classes from './pattern_choice.module.css';

export function usePatterns(): (pattern: PatternName) => Shift[] {
  const { t } = useWords();
  return (pattern) => patternOf(pattern, { day: t('shifts.day'), night: t('shifts.night'), early: t('shifts.early'), late: t('shifts.late') });
}

/** Which pattern these shifts are, apart from names, days and breaks. */
export function patternLike(shifts: readonly Shift[]): PatternName | null {
  const names = { day: '', night: '', early: '', late: '' };
  const times = (list: readonly Shift[]) => list.map(({ start, end }) => `${start}-${end === '00:00' ? '24:00' : end}`).join();
  return patternNames.find((pattern) => times(patternOf(pattern, names)) === times(shifts)) ?? null;
}

export function PatternChoice({ shifts, onChoose, chosen }: { shifts: readonly Shift[]; onChoose: (shifts: Shift[], pattern: PatternName) => void; chosen?: PatternName | null }) {
  const { t } = useWords();
  const patterns = usePatterns();
  const now = chosen === undefined ? patternLike(shifts) : chosen;
  return (
    <div className={classes.choice} role="group" aria-label={t('pattern.title')}>
      {patternNames.map((pattern) => (
        <button key={pattern} type="button" className={classes.option} aria-pressed={pattern === now} data-pattern={pattern} onClick={() => onChoose(patterns(pattern), pattern)}>
          <strong>{t(`pattern.${pattern}`)}</strong>
          <span>{t(`pattern_note.${pattern}`)}</span>
        </button>
      ))}
    </div>
  );
}
