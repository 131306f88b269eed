// What stands now, newest first; what nobody has seen is marked. Nothing standing is good news, and
// says since when.

import { useQuery } from '@tanstack/react-query';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { recentAlarmsQuery, type Alarm, type AlarmFilter, type AlarmPage } from '../../api/alarms';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty_state';
import { Stopwatch } from '../../components/moments';
import { Stale } from '../../components/stale';
import { useWords } from '../../i18n';
import { AckButton, AlarmText, LevelMark, WithMoment } from './alarm_parts';
import classes from './alarms.module.css';
import { lastOver } from './hints';

const shownFirst = 50;
const lookedBack = 100;

function ActiveRow({ alarm }: { alarm: Alarm }) {
  const { t } = useWords();
  return (
    <li className={classes.row} data-alarm={alarm.id} data-level={alarm.level} data-seen={alarm.ack !== null}>
      <span className={classes.marks}>
        <LevelMark level={alarm.level} />
        {alarm.ack === null && <span className={classes.unseen}>{t('alarms.state.unacknowledged')}</span>}
      </span>
      <span className={classes.what}>
        <strong className={classes.machine}>{alarm.machine_name}</strong>
        <AlarmText alarm={alarm} />
      </span>
      <span className={classes.when}>
        <span className={classes.lasting} title={t('alarms.lasting')}>
          <Stopwatch since={alarm.from} />
        </span>
        <span className="dim">
          <WithMoment at={alarm.from} sentence={(time) => t('alarms.since', { time })} />
        </span>
      </span>
      <span className={classes.act}>
        <AckButton alarm={alarm} />
      </span>
    </li>
  );
}

function AllIsWell({ filter }: { filter: AlarmFilter }) {
  const { t } = useWords();
  const { data } = useQuery(recentAlarmsQuery(filter, null, lookedBack));
  const last = data === undefined ? null : lastOver(data.items);
  const about = { machine: last?.machine_name ?? '', text: last?.text || last?.code || '' };
  return (
    <EmptyState
      icon="check"
      title={t('alarms.wellTitle')}
      text={
        last?.to ? (
          <WithMoment at={last.to} sentence={(time) => t('alarms.wellSince', { time, ...about })} />
        ) : data === undefined ? undefined : (
          t('alarms.wellAlways')
        )
      }
    />
  );
}

interface Props {
  page: AlarmPage;
  filter: AlarmFilter;
  unseenOnly: boolean;
}

export function ActiveCard({ page, filter, unseenOnly }: Props) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const rows = unseenOnly ? page.items.filter(({ ack }) => ack === null) : page.items;
  const shown = all ? rows : rows.slice(0, shownFirst);
  return (
    <Card
      title={t('alarms.activeTitle')}
      aside={page.counts.active > 0 ? <span className="dim number">{t('alarms.activeCount', page.counts)}</span> : undefined}
    >
      {page.items.length === 0 ? (
        <AllIsWell filter={filter} />
      ) : rows.length === 0 ? (
        <EmptyState icon="check" title={t('alarms.wellFilter')} />
      ) : (
        <Stale>
          <ul className={classes.rows}>
            {shown.map((alarm) => (
              <ActiveRow key={alarm.id} alarm={alarm} />
            ))}
          </ul>
          {shown.length < rows.length && (
            <Button variant="default" size="md" mt="sm" onClick={() => setAll(true)}>
              {t('alarms.more', { count: rows.length - shown.length })}
            </Button>
          )}
          {page.next_cursor !== null && <p className="dim">{t('alarms.truncated', { count: page.items.length })}</p>}
        </Stale>
      )}
    </Card>
  );
}
