// What the machine says, signal by signal, live; the last hour of each on demand.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { memo, useState } from 'react';
import type { Span } from '../../api/queries';
import { allOf, isNumeric, signalName, slicesQuery, wholeSecond } from '../../api/signals';
import type { Signal } from '../../api/types';
import { instant } from '../../api/units';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty_state';
import { ExportButton } from '../../components/export_dialog';
import { Icon } from '../../components/icons';
import { LightShape } from '../../components/lights';
import { Age } from '../../components/moments';
import { SignalId } from '../../components/signal_id';
import { qualityLight, useRoleText, useValueText } from '../../components/signal_text';
import { Sparkline } from '../../components/sparkline';
import classes from '../../components/tables.module.css';
import { ErrorText } from '../../components/trouble';
import { useWords } from '../../i18n';
import { serverNow } from '../../state/clock';
import { formatNumber } from '../../time/format';
import own from './signals_card.module.css';

const sparkPoints = 60;

function Spark({ name }: { name: string }) {
  const { t } = useWords();
  const [span] = useState(() => {
    const to = wholeSecond(serverNow());
    return { from: instant(to - 3_600_000), to };
  });
  const { data, error } = useQuery(slicesQuery(name, span, sparkPoints));
  if (error !== null) return <ErrorText error={error} />;
  if (data === undefined) return <span role="status">{t('loading')}</span>;
  const values = Array.from(data.avg, (value) => (Number.isNaN(value) ? null : value));
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return <span className="dim">{t('timeline.none')}</span>;
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return (
    <span className={own.spark}>
      <Sparkline values={values} label={t('signals.lastHour', { name })} width={160} height={36} />
      <span className="number dim">
        {formatNumber(least)} … {formatNumber(most)}
      </span>
    </span>
  );
}

interface RowProps {
  machine: string;
  signal: Signal;
  open: boolean;
  onOpen: (id: string) => void;
}

const SignalRow = memo(function SignalRow({ machine, signal, open, onOpen }: RowProps) {
  const { t } = useWords();
  const valueText = useValueText();
  const role = useRoleText()(signal.role);
  const quality = signal.quality ?? 'unavailable';
  const name = signalName(machine, signal.id);
  return (
    <tr data-signal={signal.id}>
      <td>
        <strong>
          <SignalId id={signal.id} />
        </strong>
        <span className={classes.sub}>
          {role !== '' && `${role} · `}
          {signal.address} · {signal.type}
        </span>
        {open && <Spark name={name} />}
      </td>
      <td className={`${classes.right} number`}>
        <strong>{valueText(signal.value)}</strong> {signal.unit}
      </td>
      <td>
        <span className={classes.state}>
          <LightShape status={qualityLight[quality] ?? 'unknown'} />
          {t(`quality.${quality}`)}
        </span>
        <span className={classes.sub}>
          <Age at={signal.t} />
        </span>
      </td>
      <td className={own.actions}>
        {isNumeric(signal.type) && (
          <button type="button" className={own.action} aria-expanded={open} aria-label={t('signals.lastHour', { name: signal.id })} title={t('signals.lastHour', { name: signal.id })} onClick={() => onOpen(signal.id)}>
            <Icon name="signals" />
          </button>
        )}
        <Link to="/signals" search={{ s: name }} className={own.action} aria-label={t('signals.compare', { name: signal.id })} title={t('signals.compare', { name: signal.id })}>
          <Icon name="open" />
        </Link>
      </td>
    </tr>
  );
});

interface Props {
  machine: string;
  signals: Signal[];
  /** The window of the page: what is exported unless another is chosen. */
  window: Span;
  zone: string;
}

export function SignalsCard({ machine, signals, window, zone }: Props) {
  const { t } = useWords();
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const [toggle] = useState(
    () => (id: string) =>
      setOpened((before) => {
        const after = new Set(before);
        if (!after.delete(id)) after.add(id);
        return after;
      }),
  );
  return (
    <Card
      title={t('signals.title')}
      aside={
        <span className={own.tools}>
          <ExportButton signals={[allOf(machine)]} count={signals.length} window={{ from: window.from, to: window.to }} zone={zone} />
          <Link to="/signals" search={{ q: machine }} className={own.all}>
            {t('signals.all')}
            <Icon name="next" size={16} />
          </Link>
        </span>
      }
    >
      {signals.length === 0 ? (
        <EmptyState
          icon="signals"
          title={t('signals.none')}
          action={
            <Link to="/connections/$id" params={{ id: machine }} className={own.all}>
              {t('figures.setMachine')}
            </Link>
          }
        />
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th>{t('signals.id')}</th>
              <th className={classes.right}>{t('signals.value')}</th>
              <th>{t('signals.quality')}</th>
              <th>
                <span className="visually-hidden">{t('signals.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {signals.map((signal) => (
              <SignalRow key={signal.id} machine={machine} signal={signal} open={opened.has(signal.id)} onOpen={toggle} />
            ))}
          </tbody>
        </table>
      )}
    </Card>
  );
}
