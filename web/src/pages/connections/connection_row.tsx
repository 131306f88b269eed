// One machine's connection: four lights with their ages and exact errors, and what can be done.

import { ActionIcon, Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { memo, useState } from 'react';
import { retryConnection } from '../../api/connections';
import { lightNames, type Machine } from '../../api/types';
import { Icon } from '../../components/icons';
import { LightShape } from '../../components/lights';
import { Age, GrowingAge } from '../../components/moments';
import { toastDone, toastFailed } from '../../components/undo_toast';
import { useWords } from '../../i18n';
import { formatDuration } from '../../time/format';
import { troubleOf } from './search';
import classes from './connection_row.module.css';

function Light({ machine, name }: { machine: Machine; name: (typeof lightNames)[number] }) {
  const { t, duration } = useWords();
  const light = machine.connection.lights[name];
  return (
    <li className={classes.light} data-light={name} data-status={light.status}>
      <span className={classes.lightName}>
        <LightShape status={light.status} size={14} />
        {t(`light.${name}`)}
      </span>
      <span className={classes.lightState}>
        {t(`light.${light.status}`)}{' '}
        <span className="dim">{light.age_s !== null && <GrowingAge age={light.age_s} heard={machine.heard_at} lasting={name === 'network' || name === 'session'} />}</span>
      </span>
      {light.skew_s !== null && light.skew_s !== undefined && light.status !== 'ok' && <span className={classes.skew}>{t('light.skew', { skew: formatDuration(light.skew_s, duration) })}</span>}
    </li>
  );
}

const worst = ({ connection }: Machine) =>
  lightNames.some((name) => connection.lights[name].status === 'down') ? 'down' : lightNames.some((name) => connection.lights[name].status === 'warn') || connection.quarantined.length > 0 ? 'warn' : 'ok';

/** Each different error once: the lights often repeat the one of the connection. */
function errorsOf(machine: Machine): string[] {
  const { error, lights } = machine.connection;
  return [...new Set([error, ...lightNames.map((name) => lights[name].error)].filter((text): text is string => text !== null && text !== ''))];
}

export const ConnectionRow = memo(function ConnectionRow({ machine, onDelete }: { machine: Machine; onDelete: (machine: Machine) => void }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const { connection, id, name } = machine;
  const trouble = troubleOf(machine);
  const errors = errorsOf(machine);
  const retry = useMutation({
    mutationFn: () => retryConnection(id),
    onSuccess: () => toastDone(t('connection.retried')),
    onError: (error) => toastFailed(error, t('connection.retryFailed')),
  });
  return (
    <li className={classes.row} data-connection={id} data-trouble={trouble} data-tone={worst(machine)}>
      <div className={classes.who}>
        <Link to="/connections/$id" params={{ id }} className={classes.name}>
          {name}
        </Link>
        <span className={classes.where}>
          {machine.group !== '' && <span>{machine.group.split('/').join(' / ')}</span>}
          <code>{connection.endpoint.includes('://') ? connection.endpoint : [connection.protocol, connection.endpoint].filter(Boolean).join(' ')}</code>
        </span>
      </div>
      <ul className={classes.lights}>
        {lightNames.map((light) => (
          <Light key={light} machine={machine} name={light} />
        ))}
      </ul>
      <div className={classes.actions}>
        {trouble !== 'ok' && connection.protocol !== 'push' && (
          <Button variant="default" leftSection={<Icon name="retry" />} loading={retry.isPending} onClick={() => retry.mutate()} data-action="retry">
            {t('connection.retry')}
          </Button>
        )}
        <ActionIcon component={Link} to={`/connections/${encodeURIComponent(id)}`} variant="default" size={44} aria-label={t('connections.editOf', { name })} title={t('connections.edit')} data-action="edit">
          <Icon name="edit" />
        </ActionIcon>
        <Button variant="default" px="sm" leftSection={<Icon name={open ? 'up' : 'down'} />} aria-expanded={open} aria-label={t('connections.details', { name })} onClick={() => setOpen(!open)}>
          {t('connections.detailsShort')}
        </Button>
      </div>
      {errors.length > 0 && (
        <div className={classes.errors}>
          {errors.map((error) => (
            <code key={error}>{error}</code>
          ))}
        </div>
      )}
      {connection.quarantined.length > 0 && (
        <p className={classes.quarantined}>
          <strong>{t('connection.quarantined')}</strong> {connection.quarantined.slice(0, 20).map((address) => <code key={address}>{address}</code>)} <span className="dim">{t('connection.quarantinedHelp')}</span>
        </p>
      )}
      {open && (
        <div className={classes.more}>
          <dl className={classes.facts}>
            <dt>{t('connection.protocol')}</dt>
            <dd>{connection.protocol}</dd>
            <dt>{t('connection.lastSeen')}</dt>
            <dd>
              <Age at={connection.last_seen} />
            </dd>
            <dt>{t('form.id')}</dt>
            <dd>{id}</dd>
          </dl>
          <div className={classes.doing}>
            <Button component={Link} to={`/connections/new?from=${encodeURIComponent(id)}`} variant="default" leftSection={<Icon name="copy" />} aria-label={t('connections.copyOf', { name })}>
              {t('connections.copy')}
            </Button>
            <Button component={Link} to={`/machines/${encodeURIComponent(id)}`} variant="default" leftSection={<Icon name="open" />} aria-label={t('connections.openMachine', { name })}>
              {t('connections.machine')}
            </Button>
            {trouble === 'ok' && connection.protocol !== 'push' && (
              <Button variant="default" leftSection={<Icon name="retry" />} loading={retry.isPending} onClick={() => retry.mutate()}>
                {t('connection.retry')}
              </Button>
            )}
            <Button variant="default" leftSection={<Icon name="trash" />} aria-label={t('connections.deleteOf', { name })} onClick={() => onDelete(machine)} data-action="delete">
              {t('connections.delete')}
            </Button>
          </div>
        </div>
      )}
    </li>
  );
});
