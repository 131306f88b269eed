// How the connection is: four lights, each with its age and the exact error, and what the device
// refused to give.

import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { post } from '../../api/client';
import { lightNames, type Machine } from '../../api/types';
import { Icon } from '../../components/icons';
import { LightShape } from '../../components/lights';
import { Age, GrowingAge } from '../../components/moments';
import { ErrorText } from '../../components/trouble';
import { useWords } from '../../i18n';
import { formatDuration } from '../../time/format';
import classes from './connection_card.module.css';

const lightOf = { ok: 'ok', stale: 'warn', down: 'down', connecting: 'unknown' } as const;

function RetryButton({ machine }: { machine: string }) {
  const { t } = useWords();
  const retry = useMutation({
    mutationFn: () => post(`/machines/${encodeURIComponent(machine)}/connection/retry`),
  });
  return (
    <div className={classes.retry}>
      <Button
        variant="default"
        size="md"
        leftSection={<Icon name="retry" />}
        loading={retry.isPending}
        onClick={() => retry.mutate()}
      >
        {t('connection.retry')}
      </Button>
      <span role="status">
        {retry.isSuccess && t('connection.retried')}
        {retry.isError && (
          <>
            {t('connection.retryFailed')}
            <ErrorText error={retry.error} />
          </>
        )}
      </span>
    </div>
  );
}

export function ConnectionCard({ machine }: { machine: Machine }) {
  const { t, duration } = useWords();
  const { connection } = machine;
  return (
    <section className="card">
      <div className={classes.heading}>
        <h2>{t('connection.title')}</h2>
        <span className={classes.status}>
          <LightShape status={lightOf[connection.status] ?? 'unknown'} />
          {t(`connection.${connection.status}`)}
        </span>
      </div>
      <dl className={classes.facts}>
        <dt>{t('connection.protocol')}</dt>
        <dd>{connection.protocol}</dd>
        <dt>{t('connection.endpoint')}</dt>
        <dd>{connection.endpoint}</dd>
        <dt>{t('connection.lastSeen')}</dt>
        <dd>
          <Age at={connection.last_seen} />
        </dd>
      </dl>
      {connection.error !== null && (
        <div className={classes.error}>
          <strong>{t('connection.error')}</strong>
          <code>{connection.error}</code>
        </div>
      )}
      <ul className={classes.lights}>
        {lightNames.map((name) => {
          const light = connection.lights[name];
          return (
            <li key={name} data-light={name} data-status={light.status}>
              <Icon name={name} size={24} />
              <span className={classes.name}>{t(`light.${name}`)}</span>
              <span className={classes.status}>
                <LightShape status={light.status} />
                {t(`light.${light.status}`)}
              </span>
              <span className={classes.age}>
                {light.age_s === null ? '—' : <GrowingAge age={light.age_s} heard={machine.heard_at} lasting={name === 'network' || name === 'session'} />}
              </span>
              {light.skew_s !== null && light.skew_s !== undefined && (
                <span className={classes.more}>{t('light.skew', { skew: formatDuration(light.skew_s, duration) })}</span>
              )}
              {light.error !== null && light.error !== connection.error && <code className={classes.more}>{light.error}</code>}
            </li>
          );
        })}
      </ul>
      {connection.quarantined.length > 0 && (
        <div className={classes.quarantined}>
          <strong>{t('connection.quarantined')}</strong>
          <p className="dim">{t('connection.quarantinedHelp')}</p>
          {connection.quarantined.map((address) => (
            <code key={address}>{address}</code>
          ))}
        </div>
      )}
      <RetryButton machine={machine.id} />
    </section>
  );
}
