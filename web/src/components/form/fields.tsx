// Fields of a form: a label, help in plain words, what is wrong with it. The browser's own controls,
// since a phone knows best how to pick and type in them.

import { useId, type ChangeEvent, type HTMLAttributes, type ReactNode } from 'react';
import { Icon } from '../icons';
import { useComplaint } from './complaints';
import classes from './form.module.css';

interface FieldProps {
  label: string;
  /** Where the API has it; also how a complaint finds its field. */
  path?: string;
  help?: ReactNode;
  /** For ears only: the heading of a column already says it. */
  bare?: boolean;
  className?: string;
}

interface Wiring {
  id: string;
  'aria-invalid': true | undefined;
  'aria-describedby': string | undefined;
  'data-path': string | undefined;
}

function Field({ label, path, help, bare, className = '', children }: FieldProps & { children: (wiring: Wiring, touch: () => void) => ReactNode }) {
  const id = useId();
  const { text, touch } = useComplaint(path);
  const described = [help !== undefined && `${id}-help`, text !== null && `${id}-wrong`].filter(Boolean).join(' ');
  return (
    <div className={`${classes.field} ${className}`} data-wrong={text !== null || undefined}>
      <label htmlFor={id} className={bare ? 'visually-hidden' : classes.label}>
        {label}
      </label>
      {children({ id, 'aria-invalid': text !== null || undefined, 'aria-describedby': described || undefined, 'data-path': path }, touch)}
      {text !== null && (
        <p id={`${id}-wrong`} className={classes.wrong}>
          <Icon name="warning" size={16} />
          {text}
        </p>
      )}
      {help !== undefined && (
        <p id={`${id}-help`} className={classes.help}>
          {help}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'date';
  inputMode?: HTMLAttributes<HTMLInputElement>['inputMode'];
  placeholder?: string;
  /** After the field: `kW`. */
  unit?: string;
  options?: readonly string[];
  disabled?: boolean;
  autoFocus?: boolean;
  mono?: boolean;
  /** What was typed in a hurry, put right when the field is left. */
  tidy?: (value: string) => string;
}

export function TextField({ value, onChange, type = 'text', inputMode, placeholder, unit, options, disabled, autoFocus, mono, tidy, ...field }: TextFieldProps) {
  const list = useId();
  return (
    <Field {...field}>
      {(wiring, touch) => (
        <span className={classes.line}>
          <input
            {...wiring}
            className={`${classes.input} ${mono ? classes.mono : ''}`}
            type={type}
            inputMode={inputMode}
            placeholder={placeholder}
            value={value}
            disabled={disabled}
            autoFocus={autoFocus}
            autoComplete="off"
            spellCheck={false}
            list={options === undefined ? undefined : list}
            onChange={(event: ChangeEvent<HTMLInputElement>) => {
              touch();
              onChange(event.currentTarget.value);
            }}
            onBlur={() => {
              const put = tidy?.(value) ?? value;
              if (put !== value) onChange(put);
            }}
          />
          {unit !== undefined && <span className={classes.unit}>{unit}</span>}
          {options !== undefined && (
            <datalist id={list}>
              {options.map((option) => (
                <option key={option} value={option} />
              ))}
            </datalist>
          )}
        </span>
      )}
    </Field>
  );
}

export interface SelectOption {
  value: string;
  word: string;
}

export interface SelectGroup {
  word: string;
  options: readonly SelectOption[];
}

interface SelectFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  options?: readonly SelectOption[];
  groups?: readonly SelectGroup[];
  disabled?: boolean;
}

const optionOf = ({ value, word }: SelectOption) => (
  <option key={value} value={value}>
    {word}
  </option>
);

export function SelectField({ value, onChange, options = [], groups = [], disabled, ...field }: SelectFieldProps) {
  const known = [...options, ...groups.flatMap((group) => group.options)].some((option) => option.value === value);
  return (
    <Field {...field}>
      {(wiring, touch) => (
        <select
          {...wiring}
          className={classes.input}
          value={value}
          disabled={disabled}
          onChange={(event) => {
            touch();
            onChange(event.currentTarget.value);
          }}
        >
          {!known && <option value={value}>{value}</option>}
          {options.map(optionOf)}
          {groups.map((group) => (
            <optgroup key={group.word} label={group.word}>
              {group.options.map(optionOf)}
            </optgroup>
          ))}
        </select>
      )}
    </Field>
  );
}

interface AreaFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  rows?: number;
  placeholder?: string;
  mono?: boolean;
  autoFocus?: boolean;
}

export function AreaField({ value, onChange, rows = 4, placeholder, mono, autoFocus, ...field }: AreaFieldProps) {
  return (
    <Field {...field}>
      {(wiring, touch) => (
        <textarea
          {...wiring}
          className={`${classes.input} ${classes.area} ${mono ? classes.mono : ''}`}
          rows={rows}
          value={value}
          placeholder={placeholder}
          autoFocus={autoFocus}
          spellCheck={false}
          onChange={(event) => {
            touch();
            onChange(event.currentTarget.value);
          }}
        />
      )}
    </Field>
  );
}

interface CheckFieldProps {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  help?: ReactNode;
  disabled?: boolean;
}

export function CheckField({ label, checked, onChange, help, disabled }: CheckFieldProps) {
  const id = useId();
  return (
    <div className={classes.checkField}>
      <label className={classes.checkLabel}>
        <input type="checkbox" className={classes.check} checked={checked} disabled={disabled} aria-describedby={help === undefined ? undefined : id} onChange={(event) => onChange(event.currentTarget.checked)} />
        <span>{label}</span>
      </label>
      {help !== undefined && (
        <p id={id} className={classes.help}>
          {help}
        </p>
      )}
    </div>
  );
}

/** Fields beside each other where there is room. */
export function FieldRow({ children }: { children: ReactNode }) {
  return <div className={classes.row}>{children}</div>;
}
