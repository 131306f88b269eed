// What the machine says, signal by signal, live.

import { memo } from 'react';
import type { Signal, Value } from '../../api/types';
import { LightShape } from '../../components/lights';
import { Age } from '../../components/moments';
import { isTextKey, useWords } from '../../i18n';
import { formatNumber } from '../../time/format';
import classes from './tables.module.css';

const lightOf = { good: 'ok', uncertain: 'warn', bad: 'down', unavailable: 'unknown' } as const;

function useValueText(): (value: Value) => string {
  const { t } = useWords();
  return (value) => {
    if (value === null) return '—';
    if (typeof value === 'boolean') return value ? t('signals.on') : t('signals.off');
    return typeof value === 'number' ? formatNumber(value) : value;
  };
}

/** A role of the contract in the page's language; another as it is written. */
function useRoleText(role: string | null): string {
  const { t } = useWords();
  const key = `role.${role}`;
  if (role === null || role === 'none') return '';
  return isTextKey(key) ? t(key) : role;
}

const SignalRow = memo(function SignalRow({ signal }: { signal: Signal }) {
  const { t } = useWords();
  const valueText = useValueText();
  const role = useRoleText(signal.role);
  const quality = signal.quality ?? 'unavailable';
  return (
    <tr data-signal={signal.id}>
      <td>
        <strong>{signal.id}</strong>
        <span className={classes.sub}>
          {signal.address} · {signal.type}
        </span>
        <span className={`${classes.sub} ${classes.narrow}`}>{role}</span>
      </td>
      <td className={classes.wide}>{role}</td>
      <td className={`${classes.right} number`}>
        <strong>{valueText(signal.value)}</strong>
        {signal.unit !== null && <span className={classes.narrow}>{signal.unit}</span>}
      </td>
      <td className={classes.wide}>{signal.unit}</td>
      <td>
        <span className={classes.state}>
          <LightShape status={lightOf[quality] ?? 'unknown'} />
          {t(`quality.${quality}`)}
        </span>
        <span className={`${classes.sub} ${classes.narrow}`}>
          <Age at={signal.t} />
        </span>
      </td>
      <td className={`${classes.wide} ${classes.right} ${classes.nowrap}`}>
        <Age at={signal.t} />
      </td>
    </tr>
  );
});

export function SignalsCard({ signals }: { signals: Signal[] }) {
  const { t } = useWords();
  return (
    <section className="card">
      <h2 style={{ margin: '0 0 0.5rem', fontSize: '1.15rem' }}>{t('signals.title')}</h2>
      {signals.length === 0 ? (
        <p className="dim">{t('signals.none')}</p>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th>{t('signals.id')}</th>
              <th className={classes.wide}>{t('signals.role')}</th>
              <th className={classes.right}>{t('signals.value')}</th>
              <th className={classes.wide}>{t('signals.unit')}</th>
              <th>{t('signals.quality')}</th>
              <th className={`${classes.wide} ${classes.right}`}>{t('signals.age')}</th>
            </tr>
          </thead>
          <tbody>
            {signals.map((signal) => (
              <SignalRow key={signal.id} signal={signal} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
