// The figures of the window: OEE as its three factors, where the time went, and the rest. Each says
// what it was divided by, and opens its receipt; one that can't be had says why, and where to set it.

import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { kpiQuery, type Span } from '../../api/queries';
import type { Kpi } from '../../api/types';
import { seconds } from '../../api/units';
import { FigureValue } from '../../components/figure_value';
import { lowCoverage, unitOf, utilizationNames, valueOf, whereToSet, whyOf, type FigureName } from '../../components/figures';
import { Icon } from '../../components/icons';
import { ReceiptDrawer } from '../../components/receipt_drawer';
import { ShareBar } from '../../components/share_bar';
import { LoadError } from '../../components/trouble';
import { useWords } from '../../i18n';
import { formatDateTime, formatDuration, formatNumber, formatPercent } from '../../time/format';
import { Waterfall } from './waterfall';
import classes from './figures_card.module.css';

/** Notes that a card, or the line above them, already says. */
const shownInPlace = ['low_confidence', 'performance_above_one'];

interface CardProps {
  kpi: Kpi;
  machine: string;
  figure: FigureName;
  formula?: string;
  onOpen: (figure: FigureName) => void;
  children?: ReactNode;
  large?: boolean;
}

function FigureCard({ kpi, machine, figure, formula, onOpen, children, large }: CardProps) {
  const { t } = useWords();
  const value = valueOf(kpi, figure);
  const why = value === null ? whyOf(kpi, figure) : undefined;
  const place = value === null ? whereToSet(kpi, figure) : null;
  return (
    <div className={classes.place}>
      <button type="button" className={classes.card} data-figure={figure} data-large={large || undefined} onClick={() => onOpen(figure)}>
        <span className={classes.name}>
          {t(`figure.${figure}`)}
          <Icon name="next" size={16} />
          <span className="visually-hidden">{t('figures.open')}</span>
        </span>
        <span className={classes.value}>
          <FigureValue value={value} unit={unitOf(figure)} />
        </span>
        {formula !== undefined && <span className={classes.formula}>{formula}</span>}
        {value === null && <span className={classes.why}>{why ?? t('receipt.noWhy')}</span>}
        {children}
      </button>
      {place === 'machine' && (
        <Link to="/connections/$id" params={{ id: machine }} className={classes.set}>
          <Icon name="settings" size={18} />
          {t('figures.setMachine')}
        </Link>
      )}
      {place === 'calendar' && (
        <Link to="/settings" className={classes.set}>
          <Icon name="calendar" size={18} />
          {t('figures.setCalendar')}
        </Link>
      )}
    </div>
  );
}

/** The two numbers of 稼動率, and how much of its denominator nothing is known of. */
function PlannedTime({ kpi }: { kpi: Kpi }) {
  const { t, duration } = useWords();
  const run = kpi.planned_state_s?.run ?? (kpi.availability === null ? null : seconds(kpi.availability * kpi.pbt_s));
  const rows = [
    [t('state.run'), run],
    [t('figures.planned'), kpi.pbt_s],
    [t('state.offline'), seconds(Math.max(0, kpi.pbt_s - kpi.known_s))],
  ] as const;
  return (
    <span className={classes.planned}>
      {rows.map(([label, time]) => (
        <span key={label}>
          <span className="dim">{label}</span>
          <span className="number">{time === null ? '—' : formatDuration(seconds(Math.round(time)), duration, 'exact')}</span>
        </span>
      ))}
    </span>
  );
}

function Utilizations({ kpi, onOpen }: { kpi: Kpi; onOpen: (figure: FigureName) => void }) {
  const { t } = useWords();
  return (
    <div className={classes.denominators}>
      <span className={classes.name}>{t('figures.denominators')}</span>
      {utilizationNames.map((denominator) => {
        const figure: FigureName = `utilization.${denominator}`;
        const value = valueOf(kpi, figure);
        return (
          <button key={denominator} type="button" data-figure={figure} onClick={() => onOpen(figure)}>
            <span>÷ {t(`figure.${figure}`)}</span>
            <strong>
              <FigureValue value={value} unit="ratio" />
            </strong>
            <Icon name="next" size={16} />
            {value === null && <span className={classes.why}>{whyOf(kpi, figure) ?? t('receipt.noWhy')}</span>}
          </button>
        );
      })}
    </div>
  );
}

const Sign = ({ children }: { children: string }) => (
  <span className={classes.sign} aria-hidden="true">
    {children}
  </span>
);

function Figures({ kpi, machine, onOpen }: { kpi: Kpi; machine: string; onOpen: (figure: FigureName) => void }) {
  const { t, duration } = useWords();
  const low = kpi.coverage !== null && kpi.coverage < lowCoverage;
  const number = (value: number | null) => (value === null ? '—' : formatNumber(value));
  const common = { kpi, machine, onOpen };
  const failures = t('formula.failures', { count: number(kpi.failures) });
  return (
    <>
      {low && (
        <p className={classes.low} role="status">
          <Icon name="warning" /> {t('figures.lowCoverage')}
          {kpi.coverage !== null && <span className="number">（{formatPercent(kpi.coverage)}）</span>}
        </p>
      )}
      <div className={classes.equation}>
        <FigureCard {...common} figure="oee" formula={t('formula.oee')} large />
        <Sign>=</Sign>
        <FigureCard {...common} figure="availability" formula={t('formula.availability')}>
          <ShareBar run={kpi.availability} coverage={kpi.coverage} />
          <PlannedTime kpi={kpi} />
        </FigureCard>
        <Sign>×</Sign>
        <FigureCard {...common} figure="performance" formula={t('formula.performance')}>
          {kpi.performance !== null && kpi.performance > 1 && <span className={classes.over}>{t('figures.overOne')}</span>}
        </FigureCard>
        <Sign>×</Sign>
        <FigureCard {...common} figure="quality" formula={t('formula.quality')} />
      </div>
      <div className={classes.middle}>
        <div className="card">
          <Waterfall kpi={kpi} />
        </div>
        <Utilizations {...common} />
      </div>
      <div className={classes.grid}>
        <FigureCard {...common} figure="parts.total" formula={t('formula.parts', { good: number(kpi.parts.good), scrap: number(kpi.parts.scrap) })}>
          {kpi.run_outside_plan_s !== undefined && kpi.run_outside_plan_s > 0 && (
            <span className={classes.formula}>{t('figures.outsidePlan', { duration: formatDuration(kpi.run_outside_plan_s, duration) })}</span>
          )}
        </FigureCard>
        <FigureCard {...common} figure="availability_known" formula={t('formula.availability_known')} />
        <FigureCard {...common} figure="coverage" formula={t('formula.coverage')} />
        <FigureCard {...common} figure="mtbf_s" formula={failures} />
        <FigureCard {...common} figure="mttr_s" formula={failures} />
      </div>
      {(kpi.notes ?? []).filter(({ code }) => !shownInPlace.includes(code)).map((note) => (
        <p key={note.code} className={classes.note}>
          {note.text}
        </p>
      ))}
    </>
  );
}

export function FiguresCard({ machine, span, zone }: { machine: string; span: Span; zone: string }) {
  const { t } = useWords();
  const { data, error, refetch, isPlaceholderData } = useQuery(kpiQuery(machine, span));
  // The receipt is of the figure as it stood when it was asked for; it does not change while read.
  const [opened, setOpened] = useState<{ figure: FigureName; span: Span } | null>(null);
  return (
    <section data-figures>
      <div className={classes.heading}>
        <h2>{t('figures.title')}</h2>
        <span className="dim number">{t('window.shown', { from: formatDateTime(span.from, zone), to: formatDateTime(span.to, zone), zone })}</span>
      </div>
      {data !== undefined ? (
        <div data-loading={isPlaceholderData || undefined}>
          <Figures kpi={data} machine={machine} onOpen={(figure) => setOpened({ figure, span: { from: span.from, to: span.to } })} />
        </div>
      ) : error !== null ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : (
        <div className={classes.grid} aria-busy="true" role="status" aria-label={t('loading')}>
          {Array.from({ length: 10 }, (_, place) => (
            <Skeleton key={place} height={120} radius="md" />
          ))}
        </div>
      )}
      <ReceiptDrawer of={{ machine }} opened={opened} zone={zone} onClose={() => setOpened(null)} />
    </section>
  );
}
