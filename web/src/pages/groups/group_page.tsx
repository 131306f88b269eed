// 全廠與群組: the same figures as a machine's, of all its machines together, and each beside the others.

import { useQuery } from '@tanstack/react-query';
import { Link, useLocation, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { alarmCountsByMachineQuery } from '../../api/alarm_counts';
import { groupKpiQuery, overviewQuery, wholePlant } from '../../api/overview';
import { machinesQuery } from '../../api/queries';
import { EmptyState } from '../../components/empty_state';
import { Icon } from '../../components/icons';
import { Loaded } from '../../components/loaded';
import { Page } from '../../components/page';
import { SkeletonRows, SkeletonTiles } from '../../components/skeletons';
import { Stale } from '../../components/stale';
import { WindowPicker } from '../../components/window_picker';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { useWindow } from '../../time/use_window';
import { groupPaths, inGroup, spoken } from '../floor/sections';
import { GroupFigures } from './group_figures';
import { RankingCard } from './ranking_card';
import { groupChoice, searchWith, sortOf, sortText } from './search';
import { StatesCard } from './states_card';
import { WaterfallCard } from './waterfall_card';
import classes from './group_page.module.css';

/** The way down to a group, and on to what is inside it. */
function Paths({ path, all }: { path: string; all: string[] }) {
  const { t } = useWords();
  const search = useSearch({ strict: false });
  const pieces = path === wholePlant ? [] : path.split('/');
  const above = pieces.map((_, last) => pieces.slice(0, last + 1).join('/'));
  const depth = above.length + 1;
  const inside = all.filter((each) => each.split('/').length === depth && (path === wholePlant || each.startsWith(`${path}/`)));
  if (above.length === 0 && inside.length === 0) return null;
  return (
    <nav className={classes.paths} aria-label={t('groups.paths')}>
      <Link to="/plant" search={search} aria-current={path === wholePlant ? 'page' : undefined}>
        {t('groups.plant')}
      </Link>
      {above.map((each) => (
        <Link key={each} to="/groups/$" params={{ _splat: each }} search={search} aria-current={each === path ? 'page' : undefined}>
          <Icon name="next" size={16} />
          {each.split('/').at(-1)}
        </Link>
      ))}
      {inside.length > 0 && <span className={classes.inside}>{t('groups.inside')}</span>}
      {inside.map((each) => (
        <Link key={each} to="/groups/$" params={{ _splat: each }} search={search} className={classes.child}>
          {each.split('/').at(-1)}
        </Link>
      ))}
    </nav>
  );
}

export function GroupPage() {
  const { t } = useWords();
  const { timezone } = useSite();
  const path = (useParams({ strict: false }) as { _splat?: string })._splat || wholePlant;
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const choice = useMemo(() => groupChoice(search), [search]);
  const window = useWindow(choice, timezone, null);
  const span = { from: window.from, to: window.to };
  const group = path === wholePlant ? undefined : path;
  const machines = useQuery(machinesQuery);
  const kpi = useQuery({ ...groupKpiQuery(path, span), enabled: window.known });
  const overview = useQuery({ ...overviewQuery(span, { group, states: false, everyMs: false }), enabled: window.known });
  const alarms = useQuery({ ...alarmCountsByMachineQuery(span), enabled: window.known });
  const go = (wanted: Record<string, unknown>) => void navigate({ to: pathname, search: wanted });
  const members = machines.data?.filter((each) => inGroup(each.group, group));
  const sums = overview.data?.groups?.find((each) => each.path === path);
  const title = group === undefined ? t('groups.plant') : spoken(group);

  if (members?.length === 0)
    return (
      <Page title={title}>
        <EmptyState
          icon="plant"
          title={group === undefined ? t('groups.emptyPlant') : t('groups.emptyGroup')}
          text={group === undefined ? t('groups.emptyPlantText') : t('groups.emptyGroupText')}
          action={group === undefined ? <Link to="/connections/new">{t('groups.addMachine')}</Link> : <Link to="/plant">{t('groups.toPlant')}</Link>}
        />
      </Page>
    );
  return (
    <Page
      title={title}
      subtitle={members !== undefined ? t('groups.count', { count: members.length }) : undefined}
      tabs={
        <>
          <Paths path={path} all={groupPaths(machines.data ?? [])} />
          <WindowPicker choice={choice} window={window} zone={timezone} onChoose={(chosen) => go({ ...searchWith(search, chosen) })} />
        </>
      }
    >
      <Stale>
        <Loaded query={kpi} skeleton={<SkeletonTiles count={9} height={120} />}>
          {(data) => (
            <div className={classes.stack}>
              <GroupFigures kpi={data} path={path} span={span} zone={timezone} sums={sums} />
              <WaterfallCard kpi={data} />
              <StatesCard kpi={data} />
            </div>
          )}
        </Loaded>
        <div className={classes.ranking}>
          <Loaded query={overview} skeleton={<SkeletonRows />}>
            {(data) => (
              <RankingCard
                machines={data.machines}
                alarms={alarms.data ?? undefined}
                span={span}
                sort={sortOf(search)}
                onSort={(sort) => void navigate({ to: pathname, search: { ...searchWith(search, choice), sort: sortText(sort) }, replace: true })}
              />
            )}
          </Loaded>
        </div>
      </Stale>
    </Page>
  );
}
