// The receipt of one figure: formula, numbers, intervals, and where in the journal they come from.

import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { groupReceiptQuery, receiptQuery, type Span } from '../api/queries';
import type { Receipt } from '../api/types';
import { instantOf, secondsBetween } from '../api/units';
import { FigureValue } from './figure_value';
import { SidePanel } from './side_panel';
import { StateIcon } from './state_icon';
import { LoadError } from './trouble';
import { useWords } from '../i18n';
import { knownState } from '../state/states';
import { formatClock, formatDateTime, formatDuration, formatNumber } from '../time/format';
import { unitOf, type FigureName } from './figures';
import tables from './tables.module.css';
import classes from './receipt_drawer.module.css';

const intervalsPerPage = 100;

/** Whose figure: a machine's by its id, a group's by its path, `*` for the whole plant. */
export type ReceiptOf = { machine: string } | { group: string };

interface Props {
  of: ReceiptOf;
  opened: { figure: FigureName; span: Span } | null;
  zone: string;
  onClose: () => void;
}

export function ReceiptDrawer({ of, opened, zone, onClose }: Props) {
  const { t } = useWords();
  return (
    <SidePanel
      opened={opened !== null}
      title={opened === null ? '' : `${t(`figure.${opened.figure}`)} · ${t('receipt.title')}`}
      closeLabel={t('receipt.close')}
      onClose={onClose}
      width="44rem"
    >
      {opened !== null && <Content of={of} figure={opened.figure} span={opened.span} zone={zone} />}
    </SidePanel>
  );
}

function Content({ of, figure, span, zone }: { of: ReceiptOf; figure: FigureName; span: Span; zone: string }) {
  const { data, error, refetch } = useQuery('machine' in of ? receiptQuery(of.machine, figure, span) : groupReceiptQuery(of.group, figure, span));
  if (data !== undefined) return <ReceiptView receipt={data} figure={figure} zone={zone} />;
  if (error !== null) return <LoadError error={error} onRetry={() => void refetch()} />;
  return <Skeleton height={400} radius="md" />;
}

/** Seconds also as seconds: a receipt is for checking, to the last digit. */
function InputValue({ value, unit }: { value: number | null; unit: string | null }) {
  if (value === null) return <>—</>;
  if (unit === 'ratio') return <span className="number">{formatNumber(value, 6)}</span>;
  return (
    <>
      <span className="number">
        {formatNumber(value, 3)} {unit === 'parts' ? <PartsUnit /> : unit}
      </span>
      {unit === 's' && value >= 60 && (
        <span className={tables.sub}>
          <FigureValue value={value} unit="s" />
        </span>
      )}
    </>
  );
}

function PartsUnit() {
  const { t } = useWords();
  return <>{t('unit.parts')}</>;
}

function ReceiptView({ receipt, figure, zone }: { receipt: Receipt; figure: FigureName; zone: string }) {
  const { t } = useWords();
  const unit = unitOf(figure);
  const { first_sequence, last_sequence } = receipt.journal;
  return (
    <div className={classes.receipt}>
      <div className={classes.value}>
        <FigureValue value={receipt.value} unit={unit} />
        {receipt.value !== null && unit === 'ratio' && <span className={classes.exact}>= {formatNumber(receipt.value, 6)}</span>}
      </div>
      {receipt.why !== null && <p className={classes.why}>{receipt.why}</p>}
      <h3>{t('receipt.window')}</h3>
      <p className="number">
        {t('window.shown', {
          from: formatDateTime(instantOf(receipt.from), zone),
          to: formatDateTime(instantOf(receipt.to), zone),
          zone: receipt.timezone,
        })}
      </p>
      <h3>{t('receipt.formula')}</h3>
      <p className={classes.formula}>{receipt.formula}</p>
      {receipt.inputs.length > 0 && (
        <>
          <h3>{t('receipt.inputs')}</h3>
          <table className={tables.table}>
            <thead>
              <tr>
                <th>{t('receipt.name')}</th>
                <th className={tables.right}>{t('receipt.value')}</th>
                <th>{t('receipt.explain')}</th>
              </tr>
            </thead>
            <tbody>
              {receipt.inputs.map((input) => (
                <tr key={input.name}>
                  <td>
                    <code>{input.name}</code>
                  </td>
                  <td className={tables.right}>
                    <InputValue value={input.value} unit={input.unit} />
                  </td>
                  <td>{input.explain}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
      <Intervals receipt={receipt} zone={zone} />
      {first_sequence > 0 && (
        <>
          <h3>{t('receipt.journal')}</h3>
          <p className="number">
            {t('receipt.journalRange', { first: formatNumber(first_sequence), last: formatNumber(last_sequence) })}
          </p>
        </>
      )}
    </div>
  );
}

function Intervals({ receipt, zone }: { receipt: Receipt; zone: string }) {
  const { t, duration } = useWords();
  const [shown, setShown] = useState(intervalsPerPage);
  const { intervals } = receipt;
  if (intervals.length === 0) return null;
  const left = intervals.length - shown;
  return (
    <>
      <h3>{t('receipt.intervals', { count: formatNumber(intervals.length) })}</h3>
      <ul className={classes.intervals}>
        {intervals.slice(0, shown).map((interval) => {
          const state = knownState(interval.state);
          return (
            <li key={`${interval.from} ${interval.to}`} data-counted={interval.counted}>
              <span className={tables.state} style={{ color: `var(--ink-${state})` }}>
                <StateIcon state={state} size={18} />
                {t(`state.${state}`)}
              </span>
              <span className="number">
                {formatDateTime(instantOf(interval.from), zone)} – {formatClock(instantOf(interval.to), zone)}
              </span>
              <span className={`${classes.length} number`}>
                {formatDuration(secondsBetween(instantOf(interval.from), instantOf(interval.to)), duration, 'exact')}
              </span>
              <span className={classes.counted}>
                {interval.counted ? `✓ ${t('receipt.counted')}` : t('receipt.notCounted')}
                {interval.why !== null && interval.why !== '' && <span className="dim"> · {interval.why}</span>}
              </span>
            </li>
          );
        })}
      </ul>
      {left > 0 && (
        <Button variant="default" size="md" onClick={() => setShown(shown + 5 * intervalsPerPage)}>
          {t('receipt.more', { count: formatNumber(Math.min(left, 5 * intervalsPerPage)) })}
        </Button>
      )}
    </>
  );
}
