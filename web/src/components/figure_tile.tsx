// One figure: its name, its value with unit, what it was divided by, how much of its window was known.
// Pressed, it opens its receipt. A figure that can't be had is a dash and the reason.

import type { ReactNode } from 'react';
import type { Ratio } from '../api/units';
import { useWords } from '../i18n';
import { formatPercent } from '../time/format';
import { FigureValue } from './figure_value';
import { Icon } from './icons';
import classes from './figure_tile.module.css';

/** Below this share of known time a figure is a hint, not a result. */
export const lowCoverage = 0.8;

interface FigureTileProps {
  /** The API's name of the figure; tests and deep links find the tile by it. */
  figure: string;
  name: string;
  value: number | null;
  /** `ratio`, `s`, `parts`, or a unit as it is written. */
  unit: string | null;
  /** What it was worked out from, in a few words: 加工時間 ÷ 負荷時間. */
  formula?: string;
  /** Why there is no value. */
  why?: string;
  coverage?: Ratio | null;
  large?: boolean;
  onOpen?: () => void;
  children?: ReactNode;
}

export function FigureTile({ figure, name, value, unit, formula, why, coverage, large, onOpen, children }: FigureTileProps) {
  const { t } = useWords();
  const low = value !== null && coverage !== undefined && coverage !== null && coverage < lowCoverage;
  const inside = (
    <>
      <span className={classes.name}>
        {name}
        {onOpen !== undefined && <Icon name="next" size={16} />}
      </span>
      <span className={classes.value}>
        <FigureValue value={value} unit={unit} />
      </span>
      {formula !== undefined && <span className={classes.formula}>{formula}</span>}
      {value === null && <span className={classes.why}>{why ?? t('figure_tile.noWhy')}</span>}
      {low && (
        <span className={classes.low}>
          <Icon name="warning" size={16} />
          {t('figure_tile.low', { share: formatPercent(coverage) })}
        </span>
      )}
      {children}
    </>
  );
  if (onOpen === undefined)
    return (
      <div className={classes.tile} data-figure={figure} data-large={large || undefined}>
        {inside}
      </div>
    );
  return (
    <button type="button" className={classes.tile} data-figure={figure} data-large={large || undefined} onClick={onOpen}>
      {inside}
      <span className="visually-hidden">{t('figure_tile.open')}</span>
    </button>
  );
}
