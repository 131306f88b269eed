// Filters as chips: pressed or not, with how many stand behind each. A row scrolls sideways on a phone.

import type { ReactNode } from 'react';
import { useWords } from '../i18n';
import { formatNumber } from '../time/format';
import { Icon } from './icons';
import classes from './chips.module.css';

export interface ChipOption<Value extends string> {
  value: Value;
  word: string;
  icon?: ReactNode;
  count?: number;
}

interface ChipsProps<Value extends string> {
  label: string;
  options: readonly ChipOption<Value>[];
  /** The pressed ones; none pressed means all are shown. */
  chosen: readonly Value[];
  onChange: (chosen: Value[]) => void;
  /** At most one is pressed; pressing it again lets it go. */
  single?: boolean;
}

export function Chips<Value extends string>({ label, options, chosen, onChange, single }: ChipsProps<Value>) {
  const toggle = (value: Value) => {
    const without = chosen.filter((each) => each !== value);
    onChange(without.length < chosen.length ? without : single ? [value] : [...chosen, value]);
  };
  return (
    <div className={classes.chips} role="group" aria-label={label}>
      {options.map(({ value, word, icon, count }) => (
        <button key={value} type="button" className={classes.chip} aria-pressed={chosen.includes(value)} onClick={() => toggle(value)}>
          {chosen.includes(value) ? <Icon name="check" size={18} /> : icon}
          {word}
          {count !== undefined && <span className={`${classes.count} number`}>{formatNumber(count)}</span>}
        </button>
      ))}
    </div>
  );
}

/** Search, chips and whatever else narrows a list, in one row; `onClear` shows when something does. */
export function FilterBar({ children, onClear }: { children: ReactNode; onClear?: () => void }) {
  const { t } = useWords();
  return (
    <div className={classes.bar} role="search">
      {children}
      {onClear !== undefined && (
        <button type="button" className={classes.clear} onClick={onClear}>
          <Icon name="close" size={18} />
          {t('filter.clear')}
        </button>
      )}
    </div>
  );
}
