// Which machine, and what it is doing now.

import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Machine } from '../../api/types';
import { Icon } from '../../components/icons';
import { Lights } from '../../components/lights';
import { Age, Since, Stopwatch } from '../../components/moments';
import { StateIcon } from '../../components/state_icon';
import { useWords } from '../../i18n';
import { formatDuration, formatNumber } from '../../time/format';
import classes from './machine_header.module.css';

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

export function MachineHeader({ machine, broken }: { machine: Machine; broken: boolean }) {
  const { t, duration } = useWords();
  const { state, detail, connection } = machine;
  const stripes = state === 'offline' || state === 'estop' ? `stripes-${state}` : '';
  const alarm = [detail.alarm_code, detail.alarm_text].filter(Boolean).join(' ');
  return (
    <div className={classes.header}>
      <nav className={classes.crumbs}>
        <Link to="/" className={classes.back}>
          <Icon name="back" />
          {t('app.overview')}
        </Link>
        {machine.group !== '' && <span className="dim">{machine.group.split('/').join(' / ')}</span>}
      </nav>
      <div className={classes.title}>
        <h1>{machine.name}</h1>
        <span className="dim">{machine.id}</span>
        {machine.ideal_cycle_s !== null && (
          <span className="dim number">{t('machine.idealCycle', { duration: formatDuration(machine.ideal_cycle_s, duration) })}</span>
        )}
        {machine.rated_power_kw !== null && (
          <span className="dim number">{t('machine.ratedPower', { power: formatNumber(machine.rated_power_kw) })}</span>
        )}
      </div>
      <div className={classes.now} data-broken={broken || undefined}>
        <div className={`${classes.state} ${stripes}`} style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }}>
          <StateIcon state={state} size="2.4rem" />
          <div>
            <div className={classes.word}>{t(`state.${state}`)}</div>
            <div>
              <Stopwatch since={machine.since} />
              <span className={classes.since}>
                <Since since={machine.since} />
              </span>
            </div>
          </div>
        </div>
        <dl className={classes.facts}>
          {alarm !== '' && <Fact label={t('detail.alarm')}>{alarm}</Fact>}
          {detail.reason && <Fact label={t('detail.reason')}>{detail.reason}</Fact>}
          {detail.program && <Fact label={t('detail.program')}>{detail.program}</Fact>}
          {detail.work_order && <Fact label={t('detail.work_order')}>{detail.work_order}</Fact>}
          {detail.operator && <Fact label={t('detail.operator')}>{detail.operator}</Fact>}
          <Fact label={t('tile.age')}>
            <Age at={connection.last_seen} />
          </Fact>
          <Fact label={t('connection.title')}>
            <Lights lights={connection.lights} />
          </Fact>
        </dl>
      </div>
    </div>
  );
}
