// 此刻已知: what was known of the machine at one moment; with how old each value was then, since what
// is old is not known but remembered.

import { ActionIcon, Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { knownQuery, type Known, type KnownSignal } from '../../api/instant';
import { instantOf, secondsBetween, seconds, type Instant } from '../../api/units';
import { laneNames } from '../../api/types';
import { Icon } from '../../components/icons';
import { LightShape } from '../../components/lights';
import { SignalId } from '../../components/signal_id';
import { qualityLight, useRoleText, useValueText } from '../../components/signal_text';
import { SidePanel } from '../../components/side_panel';
import { StateIcon } from '../../components/state_icon';
import tables from '../../components/tables.module.css';
import { LoadError } from '../../components/trouble';
import { useWords } from '../../i18n';
import { knownState } from '../../state/states';
import { formatAge, formatClock, formatDateTime, formatDayTime, formatDuration, formatNumber } from '../../time/format';
import classes from './known_panel.module.css';

interface Props {
  machine: string;
  at: Instant | null;
  zone: string;
  onAt: (at: Instant | null) => void;
}

export function KnownPanel({ machine, at, zone, onAt }: Props) {
  const { t } = useWords();
  return (
    <SidePanel beside opened={at !== null} title={t('known.title')} closeLabel={t('known.close')} onClose={() => onAt(null)} width="30rem">
      {at !== null && <Content machine={machine} at={at} zone={zone} onAt={onAt} />}
    </SidePanel>
  );
}

const steps = [-60_000, -1000, 1000, 60_000] as const;

function Content({ machine, at, zone, onAt }: { machine: string; at: Instant; zone: string; onAt: (at: Instant) => void }) {
  const { t, duration } = useWords();
  const { data, error, refetch } = useQuery(knownQuery(machine, at));
  return (
    <div data-known>
      <div className={classes.moment}>
        <strong className="number">{formatDateTime(at, zone)}</strong>
        <span className="number dim">.{String(at % 1000).padStart(3, '0')}</span>
        <span className="dim">{zone}</span>
      </div>
      <div className={classes.steps} role="group" aria-label={t('known.steps')}>
        {steps.map((ms) => (
          <Button key={ms} variant="default" size="md" onClick={() => onAt((at + ms) as Instant)}>
            {ms > 0 ? '+' : '−'} {formatDuration(seconds(Math.abs(ms) / 1000), duration)}
          </Button>
        ))}
      </div>
      {data !== undefined ? (
        <KnownView known={data} at={at} zone={zone} onAt={onAt} />
      ) : error !== null ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : (
        <div aria-busy="true" role="status" aria-label={t('loading')}>
          <Skeleton height={300} radius="md" />
        </div>
      )}
    </div>
  );
}

function KnownView({ known, at, zone, onAt }: { known: Known; at: Instant; zone: string; onAt: (at: Instant) => void }) {
  const { t } = useWords();
  const { lanes, alarms, signals, parts } = known;
  const held = laneNames.flatMap((name) => {
    const lane = lanes?.[name];
    return lane ? [{ name, ...lane }] : [];
  });
  return (
    <>
      <KnownState known={known} zone={zone} onAt={onAt} />
      {(held.length > 0 || parts?.total != null) && (
        <dl className={classes.facts}>
          {held.map(({ name, value, from }) => (
            <div key={name}>
              <dt>{t(`timeline.${name}`)}</dt>
              <dd>
                {value} <span className="dim number">{t('known.since', { time: formatDayTime(instantOf(from), zone) })}</span>
              </dd>
            </div>
          ))}
          {parts?.total != null && (
            <div>
              <dt>{t('timeline.parts')}</dt>
              <dd className="number">
                {formatNumber(parts.total)} {t('unit.parts')}{' '}
                {parts.since !== null && <span className="dim">{t('known.since', { time: formatDayTime(instantOf(parts.since), zone) })}</span>}
              </dd>
            </div>
          )}
        </dl>
      )}
      <h3 className={classes.heading}>{t('timeline.alarms')}</h3>
      {alarms.length === 0 ? (
        <p className="dim">{t('known.noAlarms')}</p>
      ) : (
        <ul className={classes.alarms}>
          {alarms.map((alarm) => (
            <li key={`${alarm.signal} ${alarm.from} ${alarm.code}`} data-level={alarm.level}>
              <Icon name="warning" size={18} />
              <span>
                <strong>{alarm.code}</strong> {alarm.text}
              </span>
              <span className="dim number">{t('known.since', { time: formatDayTime(instantOf(alarm.from), zone) })}</span>
            </li>
          ))}
        </ul>
      )}
      <h3 className={classes.heading}>{t('signals.title')}</h3>
      {signals.length === 0 ? <p className="dim">{t('signals.none')}</p> : <KnownSignals signals={signals} at={at} />}
    </>
  );
}

function KnownState({ known, zone, onAt }: { known: Known; zone: string; onAt: (at: Instant) => void }) {
  const { t, duration } = useWords();
  if (known.state === null) return <p>{t('timeline.none')}</p>;
  const { from, to, detail } = known.state;
  const state = knownState(known.state.state);
  const start = instantOf(from);
  const end = to === null ? null : instantOf(to);
  const stripes = state === 'offline' || state === 'estop' ? `stripes-${state}` : '';
  const alarm = [detail?.alarm_code, detail?.alarm_text].filter(Boolean).join(' ');
  return (
    <div className={classes.state}>
      <ActionIcon variant="default" className={classes.step} aria-label={t('known.before')} title={t('known.before')} onClick={() => onAt((start - 1) as Instant)}>
        <Icon name="back" />
      </ActionIcon>
      <div className={`${classes.badge} ${stripes}`} style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }} data-state={state}>
        <StateIcon state={state} size="1.8rem" />
        <div>
          <strong>{t(`state.${state}`)}</strong>
          <div className="number">
            {formatDayTime(start, zone)} – {end === null ? t('known.lasting') : formatClock(end, zone)}
            {end !== null && ` · ${formatDuration(secondsBetween(start, end), duration)}`}
          </div>
          {known.state.booked && known.state.physical && known.state.booked !== known.state.physical && (
            <div>{t('timeline.booked', { booked: t(`state.${knownState(known.state.booked)}`), physical: t(`state.${knownState(known.state.physical)}`) })}</div>
          )}
          {detail?.reason && <div>{detail.reason}</div>}
          {alarm !== '' && <div>{alarm}</div>}
        </div>
      </div>
      <ActionIcon variant="default" className={classes.step} disabled={end === null} aria-label={t('known.after')} title={t('known.after')} onClick={() => end !== null && onAt(end)}>
        <Icon name="next" />
      </ActionIcon>
    </div>
  );
}

function KnownSignals({ signals, at }: { signals: readonly KnownSignal[]; at: Instant }) {
  const { t, duration } = useWords();
  const valueText = useValueText();
  const roleText = useRoleText();
  return (
    <table className={tables.table}>
      <thead>
        <tr>
          <th>{t('signals.id')}</th>
          <th className={tables.right}>{t('signals.value')}</th>
          <th>{t('signals.quality')}</th>
        </tr>
      </thead>
      <tbody>
        {signals.map((signal) => {
          const quality = signal.quality ?? 'unavailable';
          const age = signal.age_s ?? (signal.t === null ? null : secondsBetween(instantOf(signal.t), at));
          return (
            <tr key={signal.id} data-known-signal={signal.id}>
              <td>
                <strong>
                  <SignalId id={signal.id} />
                </strong>
                <span className={tables.sub}>{roleText(signal.role)}</span>
              </td>
              <td className={`${tables.right} number`}>
                <strong>{valueText(signal.value)}</strong> {signal.unit}
              </td>
              <td>
                <span className={tables.state}>
                  <LightShape status={qualityLight[quality] ?? 'unknown'} />
                  {t(`quality.${quality}`)}
                </span>
                <span className={`${tables.sub} number`}>{age === null ? t('unit.never') : t('known.age', { age: formatAge(age, duration) })}</span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
