// 系統狀態: is the box well, what does it keep, what went wrong lately. Every number says what it is for.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { systemQuery, type LoggedProblem, type SystemStatus } from '../../api/system';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty_state';
import { Icon, type IconName } from '../../components/icons';
import { LightShape } from '../../components/lights';
import { Loaded } from '../../components/loaded';
import { Moment } from '../../components/moments';
import { Page } from '../../components/page';
import { SkeletonTiles } from '../../components/skeletons';
import { Stale } from '../../components/stale';
import { DataTable, type Column } from '../../components/table/data_table';
import { useWords } from '../../i18n';
import { formatNumber } from '../../time/format';
import { HealthCards } from './health_cards';
import classes from './system_page.module.css';

function Verdict({ status: { problems } }: { status: SystemStatus }) {
  const { t } = useWords();
  const worst = problems.some(({ severity }) => severity === 'error') ? 'down' : problems.length > 0 ? 'warn' : 'ok';
  return (
    <p className={classes.verdict} data-verdict={worst} role="status">
      <LightShape status={worst} size={22} />
      {worst === 'ok' ? t('system.well') : t('system.problems', { count: formatNumber(problems.length) })}
    </p>
  );
}

function Log({ log }: { log: readonly LoggedProblem[] | undefined }) {
  const { t } = useWords();
  const columns: Column<LoggedProblem>[] = [
    { key: 't', head: t('system.time'), cell: (item) => <Moment at={item.t} />, sort: (item) => item.t, width: '12rem', card: 'aside' },
    {
      key: 'severity',
      head: t('system.severity'),
      cell: ({ severity, event }) =>
        event === 'cleared' ? (
          <span className={classes.severity} data-severity="cleared">
            <Icon name="check" size={18} />
            {t('system.cleared')}
          </span>
        ) : (
          <span className={classes.severity} data-severity={severity}>
            <Icon name="warning" size={18} />
            {severity === 'error' ? t('system.error') : t('system.warning')}
          </span>
        ),
      sort: ({ severity }) => severity,
      width: '8rem',
      card: 'head',
    },
    {
      key: 'what',
      head: t('system.what'),
      cell: ({ what, code }) => (
        <span className={classes.what}>
          {what} <code className="dim">{code}</code>
        </span>
      ),
      card: 'wide',
    },
  ];
  return (
    <Card title={t('system.log')} aside={<span className="dim">{t('system.logNote')}</span>} className={classes.log}>
      <DataTable
        label={t('system.log')}
        rows={log ?? []}
        columns={columns}
        keyOf={({ t: at, code, what, event }) => `${at} ${event} ${code} ${what}`}
        empty={log === undefined ? <p>—</p> : <EmptyState icon="check" title={t('system.logEmpty')} />}
      />
    </Card>
  );
}

function More() {
  const { t } = useWords();
  const links: { to: string; icon: IconName; word: string; own?: boolean }[] = [
    { to: '/gallery', icon: 'gallery', word: t('system.gallery'), own: true },
    { to: '/settings', icon: 'settings', word: t('nav.settings'), own: true },
    { to: '/metrics', icon: 'open', word: t('system.metrics') },
  ];
  return (
    <Card title={t('system.more')}>
      <ul className={classes.links}>
        {links.map(({ to, icon, word, own }) => (
          <li key={to}>
            {own ? (
              <Link to={to}>
                <Icon name={icon} /> {word}
              </Link>
            ) : (
              <a href={to}>
                <Icon name={icon} /> {word}
              </a>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}

export function SystemPage() {
  const { t } = useWords();
  const query = useQuery(systemQuery);
  return (
    <Page title={t('nav.system')} subtitle={t('system.subtitle')}>
      <Loaded query={query} skeleton={<SkeletonTiles count={4} height={280} />}>
        {(status) => (
          <Stale>
            <Verdict status={status} />
            <div className={classes.cards}>
              <HealthCards status={status} />
              <Log log={status.log} />
              <More />
            </div>
          </Stale>
        )}
      </Loaded>
    </Page>
  );
}
