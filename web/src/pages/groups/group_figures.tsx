// The figures of the group, each with what it was divided by; pressed, each opens its receipt.

import { useState } from 'react';
import type { Span } from '../../api/queries';
import type { OverviewGroup } from '../../api/overview';
import type { Kpi } from '../../api/types';
import type { Ratio } from '../../api/units';
import { FigureTile } from '../../components/figure_tile';
import { unitOf, utilizationNames, valueOf, whyOf, type FigureName } from '../../components/figures';
import { Icon } from '../../components/icons';
import { PlanBar, plannedParts } from '../../components/plan_bar';
import { ReceiptDrawer } from '../../components/receipt_drawer';
import { ShareBar } from '../../components/share_bar';
import { useWords } from '../../i18n';
import { formatDuration, formatNumber, formatPercent } from '../../time/format';
import classes from './group_figures.module.css';

/** Notes that a tile, or the line above them, already says. */
const shownInPlace = ['low_confidence', 'performance_above_one'];

interface Props {
  kpi: Kpi;
  path: string;
  span: Span;
  zone: string;
  /** The group's targets, once they are known. */
  sums: OverviewGroup | undefined;
}

export function GroupFigures({ kpi, path, span, zone, sums }: Props) {
  const { target, achievement } = sums ?? { target: null, achievement: null };
  const { t, duration } = useWords();
  // The receipt is of the figure as it stood when it was asked for; it does not change while read.
  const [opened, setOpened] = useState<{ figure: FigureName; span: Span } | null>(null);
  const number = (value: number | null) => (value === null ? '—' : formatNumber(value));
  const tile = (figure: FigureName, formula: string) => {
    const value = valueOf(kpi, figure);
    const why = value === null ? whyOf(kpi, figure) : undefined;
    return {
      figure,
      name: t(`figure.${figure}`),
      value,
      unit: unitOf(figure),
      formula,
      ...(why !== undefined && { why }),
      onOpen: () => setOpened({ figure, span: { from: span.from, to: span.to } }),
    };
  };
  const failures = t('formula.failures', { count: number(kpi.failures) });
  return (
    <>
      <div className={classes.grid}>
        <FigureTile {...tile('availability', t('formula.availability'))} coverage={kpi.coverage} large>
          <ShareBar run={kpi.availability} coverage={kpi.coverage} />
          <span className={`${classes.planned} number`}>
            {t('groups.runOfPlan', {
              run: formatDuration(kpi.planned_state_s?.run ?? (0 as never), duration, 'exact'),
              plan: formatDuration(kpi.pbt_s, duration, 'exact'),
            })}
          </span>
        </FigureTile>
        <FigureTile {...tile('parts.total', t('formula.parts', { good: number(kpi.parts.good), scrap: number(kpi.parts.scrap) }))}>
          {sums !== undefined && target !== null && achievement !== null && (
            <span className={classes.target}>
              <span className="number">
                {t('groups.achieved', { share: formatPercent(achievement), target: formatNumber(plannedParts(target.now)) })}
                {sums.target_machines < sums.machines && ` · ${t('groups.targetsOf', { some: sums.target_machines, all: sums.machines })}`}
              </span>
              <PlanBar made={plannedParts(achievement * target.now)} target={target} />
            </span>
          )}
        </FigureTile>
        <FigureTile {...tile('oee', t('formula.oee'))} />
        <FigureTile {...tile('performance', t('formula.performance'))} />
        <FigureTile {...tile('quality', t('formula.quality'))} />
        <FigureTile {...tile('coverage', t('formula.coverage'))} />
        <FigureTile {...tile('availability_known', t('formula.availability_known'))} />
        <FigureTile {...tile('mtbf_s', failures)} />
        <FigureTile {...tile('mttr_s', failures)} />
        <div className={classes.denominators}>
          <span className={classes.heading}>{t('figures.denominators')}</span>
          {utilizationNames.map((denominator) => {
            const figure: FigureName = `utilization.${denominator}`;
            const value = valueOf(kpi, figure);
            return (
              <button key={denominator} type="button" data-figure={figure} onClick={() => setOpened({ figure, span })}>
                <span>÷ {t(`figure.${figure}`)}</span>
                <strong className="number">{value === null ? '—' : formatPercent(value as Ratio)}</strong>
                <Icon name="next" size={16} />
              </button>
            );
          })}
        </div>
      </div>
      {(kpi.notes ?? [])
        .filter(({ code }) => !shownInPlace.includes(code))
        .map((note) => (
          <p key={note.code} className={classes.note}>
            {note.text}
          </p>
        ))}
      <ReceiptDrawer of={{ group: path }} opened={opened} zone={zone} onClose={() => setOpened(null)} />
    </>
  );
}
