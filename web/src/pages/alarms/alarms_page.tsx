// 警報中心: what stands now and wants an answer, then which alarms came most, then every one of them.

import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import { activeAlarmsQuery } from '../../api/alarms';
import { Loaded } from '../../components/loaded';
import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/skeletons';
import { WindowPicker } from '../../components/window_picker';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { useWindow } from '../../time/use_window';
import { choiceOf, searchOf, type Choice } from '../../time/windows';
import { ActiveCard } from './active_card';
import classes from './alarms.module.css';
import { AlarmFilters } from './filters';
import { HintsCard } from './hints_card';
import { ParetoCard } from './pareto_card';
import { PastCard } from './past_card';
import { filterOf, readAlarmSearch, type AlarmSearch } from './search';
import { useAlarmEvents } from './use_alarms';

export function AlarmsPage() {
  const { t } = useWords();
  const { timezone } = useSite();
  const asked = useSearch({ strict: false }) as Record<string, unknown>;
  const navigate = useNavigate();
  const key = JSON.stringify(asked);
  const search = useMemo(() => readAlarmSearch(asked), [key]);
  const filter = useMemo(() => filterOf(search), [search]);
  const choice = useMemo(() => choiceOf(asked), [key]);
  const window = useWindow(choice, timezone, null);
  useAlarmEvents();
  const active = useQuery(activeAlarmsQuery(filter));
  const change = useCallback(
    (changed: Partial<AlarmSearch>) => {
      const wanted = Object.fromEntries(Object.entries({ ...search, ...changed }).filter(([, value]) => value !== undefined));
      void navigate({ to: '/alarms', search: wanted, resetScroll: false });
    },
    [navigate, search],
  );
  const chooseWindow = (chosen: Choice) => change({ window: undefined, from: undefined, to: undefined, shift: undefined, ...searchOf(chosen) });
  const { state } = search;
  return (
    <Page title={t('alarms.title')}>
      <AlarmFilters search={search} onChange={change} />
      <div className={classes.stack}>
        <HintsCard filter={filter} />
        {state !== 'over' && (
          <Loaded query={active} skeleton={<SkeletonRows />}>
            {(page) => <ActiveCard page={page} filter={filter} unseenOnly={state === 'unacknowledged'} />}
          </Loaded>
        )}
        <WindowPicker choice={choice} window={window} zone={timezone} onChoose={chooseWindow} />
        {window.known && (
          <>
            <ParetoCard
              filter={filter}
              span={window}
              by={search.by ?? 'count'}
              onBy={(by) => change({ by: by === 'time' ? by : undefined })}
              onMachine={(machine) => change({ machine, group: undefined })}
            />
            <PastCard filter={filter} span={window} state={state} />
          </>
        )}
      </div>
    </Page>
  );
}
