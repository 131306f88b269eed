// 設備明細: one machine, now and over a window.

import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { machineQuery } from '../../api/queries';
import { useBroken } from '../../components/banners';
import { useTitle } from '../../components/title';
import { LoadError } from '../../components/trouble';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { choiceOf, searchOf } from '../../time/windows';
import { ConnectionCard } from './connection_card';
import { FiguresCard } from './figures_card';
import { MachineHeader } from './machine_header';
import { SignalsCard } from './signals_card';
import { TimelineCard } from './timeline_card';
import { useWindow } from './use_window';
import { WindowPicker } from './window_picker';
import classes from './machine_page.module.css';

const route = getRouteApi('/machines/$id');

export function MachinePage() {
  const { t } = useWords();
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { timezone } = useSite();
  const address = JSON.stringify(search);
  const choice = useMemo(() => choiceOf(JSON.parse(address) as Record<string, unknown>), [address]);
  const window = useWindow(choice, timezone, id);
  const machine = useQuery(machineQuery(id));
  const broken = useBroken();
  useTitle(machine.data?.name ?? id);

  if (machine.data === undefined)
    return machine.error !== null ? (
      <LoadError error={machine.error} onRetry={() => void machine.refetch()}>
        <Link to="/" className={classes.home}>
          {t('app.toOverview')}
        </Link>
      </LoadError>
    ) : (
      <div aria-busy="true" role="status" aria-label={t('loading')} className={classes.page}>
        <Skeleton height={44} width="20rem" />
        <Skeleton height={110} radius="md" />
        <Skeleton height={320} radius="md" />
        <Skeleton height={260} radius="md" />
      </div>
    );

  return (
    <div className={classes.page}>
      <MachineHeader machine={machine.data} broken={broken} />
      <WindowPicker
        choice={choice}
        window={window}
        zone={timezone}
        onChoose={(chosen) => void navigate({ to: '/machines/$id', params: { id }, search: searchOf(chosen), replace: true })}
      />
      <TimelineCard machine={id} window={window} chosen={address} zone={timezone} />
      <FiguresCard machine={id} span={window} zone={timezone} />
      <div className={classes.columns}>
        <SignalsCard signals={machine.data.signals} />
        <ConnectionCard machine={machine.data} />
      </div>
    </div>
  );
}
