// One of a few, side by side: radio buttons that look like one control, with targets a glove hits.

import { useId } from 'react';
import classes from './choice.module.css';

export interface ChoiceOption<Value extends string> {
  value: Value;
  word: string;
  /** When the word is in another language than the page. */
  lang?: string;
}

interface ChoiceProps<Value extends string> {
  label: string;
  options: readonly ChoiceOption<Value>[];
  value: Value;
  onChoose: (value: Value) => void;
  /** The label is there for ears only. */
  bare?: boolean;
}

export function Choice<Value extends string>({ label, options, value, onChoose, bare }: ChoiceProps<Value>) {
  const name = useId();
  return (
    <fieldset className={classes.choice}>
      <legend className={bare ? 'visually-hidden' : classes.legend}>{label}</legend>
      <div className={classes.options}>
        {options.map((option) => (
          <label key={option.value} className={classes.option} lang={option.lang}>
            <input type="radio" className="visually-hidden" name={name} value={option.value} checked={option.value === value} onChange={() => onChoose(option.value)} />
            <span>{option.word}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
