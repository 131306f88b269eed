// 設備明細: one machine, now and over a window.

import { Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { machineQuery } from '../../api/queries';
import { useBroken } from '../../components/banners';
import { useTitle } from '../../components/title';
import { LoadError } from '../../components/trouble';
import { WindowPicker } from '../../components/window_picker';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { useWindow } from '../../time/use_window';
import { searchOf } from '../../time/windows';
import { Booking } from './booking';
import { ConnectionCard } from './connection_card';
import { FiguresCard } from './figures_card';
import { HistorySection } from './history_section';
import { KnownPanel } from './known_panel';
import { MachineHeader } from './machine_header';
import { machineAddress, machineView, type MachineView } from './search';
import { SignalsCard } from './signals_card';
import classes from './machine_page.module.css';

const route = getRouteApi('/machines/$id');

export function MachinePage() {
  const { t } = useWords();
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { timezone } = useSite();
  const address = JSON.stringify(search);
  const shown = useMemo(() => machineView(JSON.parse(address) as Record<string, unknown>), [address]);
  const windowName = JSON.stringify(searchOf(shown.choice));
  const choice = useMemo(() => shown.choice, [windowName]);
  const window = useWindow(choice, timezone, id);
  const machine = useQuery(machineQuery(id));
  const broken = useBroken();
  useTitle(machine.data?.name ?? id);

  // Opening the panel is a step that "back" takes back; moving about in it is not.
  const show = (change: Partial<MachineView>) => {
    const next = { ...shown, ...change };
    void navigate({ to: '/machines/$id', params: { id }, search: machineAddress(next), replace: !(shown.at === null && next.at !== null), resetScroll: false });
  };

  if (machine.data === undefined)
    return machine.error !== null ? (
      <LoadError error={machine.error} onRetry={() => void machine.refetch()}>
        <Link to="/" className={classes.home}>
          {t('app.toOverview')}
        </Link>
      </LoadError>
    ) : (
      <PageSkeleton />
    );

  return (
    <div className={classes.page} data-docked={shown.at !== null || undefined}>
      <MachineHeader machine={machine.data} broken={broken} />
      <Booking machine={machine.data} />
      <WindowPicker choice={choice} window={window} zone={timezone} onChoose={(chosen) => show({ choice: chosen, at: null })} />
      {window.known ? (
        <>
          <HistorySection machine={machine.data} window={window} chosen={windowName} shown={shown} onShow={show} zone={timezone} />
          <FiguresCard machine={id} span={window} zone={timezone} />
        </>
      ) : (
        <Skeleton height={320} radius="md" />
      )}
      <div className={classes.columns}>
        <SignalsCard machine={id} signals={machine.data.signals} window={window} zone={timezone} />
        <ConnectionCard machine={machine.data} />
      </div>
      <KnownPanel machine={id} at={shown.at} zone={timezone} onAt={(at) => show({ at })} />
    </div>
  );
}

function PageSkeleton() {
  const { t } = useWords();
  return (
    <div aria-busy="true" role="status" aria-label={t('loading')} className={classes.page}>
      <Skeleton height={44} width="20rem" />
      <Skeleton height={110} radius="md" />
      <Skeleton height={320} radius="md" />
      <Skeleton height={260} radius="md" />
    </div>
  );
}
