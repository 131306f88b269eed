// 當班進度: a row for each machine, the shift from left to right, parts against the plan. A second tab
// writes the same down hour by hour.

import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import { overviewQuery, type Overview } from '../../api/overview';
import type { Shift } from '../../api/shifts';
import { instantOf, type Instant } from '../../api/units';
import { ApiError } from '../../api/client';
import { useBroken } from '../../components/banners';
import { NoPermission } from '../../components/empty_state';
import { SkeletonRows } from '../../components/skeletons';
import { useTitle } from '../../components/title';
import { LoadError } from '../../components/trouble';
import { useWords } from '../../i18n';
import { serverNow } from '../../state/clock';
import { useSite } from '../../state/site';
import { groupPaths, inGroup, sectionsOf } from '../floor/sections';
import { phaseOf } from './chosen_shift';
import { HoursTable } from './hours_table';
import { readShiftSearch, type ShiftSearch } from './search';
import { ShiftHead } from './shift_head';
import { ShiftRows } from './shift_rows';
import { useShift } from './use_shift';
import classes from './shift_page.module.css';

const everyMs = 20_000;

function Shown({ shift, overview, search }: { shift: Shift; overview: Overview; search: ShiftSearch }) {
  const { t } = useWords();
  const rows = useMemo(
    () => overview.machines.filter(({ group }) => inGroup(group, search.group)),
    [overview.machines, search.group],
  );
  const sections = useMemo(() => sectionsOf(rows), [rows]);
  if (overview.machines.length === 0) return <p className={classes.nothing}>{t('shift.noMachines')}</p>;
  if (rows.length === 0) return <p className={classes.nothing}>{t('shift.nothingInGroup')}</p>;
  const now = instantOf(overview.now);
  return search.tab === 'hours' ? (
    <HoursTable sections={sections} shift={shift} now={now} />
  ) : (
    <ShiftRows sections={sections} sums={overview.groups} shift={shift} now={now} />
  );
}

export function ShiftPage() {
  const { t } = useWords();
  const { timezone } = useSite();
  const search = readShiftSearch(useSearch({ strict: false }));
  const navigate = useNavigate();
  const broken = useBroken();
  useTitle(t('nav.shift'));
  const shown = useShift(search, timezone);
  const { shift } = shown;
  const span = { from: shift ? instantOf(shift.from) : (0 as Instant), to: shift ? instantOf(shift.to) : (1 as Instant) };
  const phase = shift && phaseOf(shift, serverNow());
  // Of what is to come nothing is known, and nothing is asked.
  const overview = useQuery({ ...overviewQuery(span, { everyMs: phase === 'over' ? false : everyMs }), enabled: phase === 'running' || phase === 'over' });
  const choose = (change: Partial<Record<keyof ShiftSearch, string | undefined>>) => {
    const wanted = Object.fromEntries(Object.entries({ ...search, ...change }).filter(([, value]) => value !== undefined));
    void navigate({ to: '/shift', search: wanted, replace: 'tab' in change });
  };
  const error = shown.error ?? overview.error;
  return (
    <div className={classes.page} data-broken={broken || undefined} data-loading={overview.isPlaceholderData || undefined}>
      <ShiftHead shown={shown} search={search} groups={groupPaths(overview.data?.machines ?? [])} onChoose={choose} />
      {phase === 'ahead' ? (
        <p className={classes.nothing}>{t('shift.notBegun')}</p>
      ) : shift !== undefined && overview.data !== undefined ? (
        <Shown shift={shift} overview={overview.data} search={search} />
      ) : error instanceof ApiError && error.status === 403 ? (
        <NoPermission />
      ) : error !== null ? (
        <LoadError error={error} onRetry={() => void (shown.error !== null ? shown.retry() : overview.refetch())} />
      ) : (
        <SkeletonRows />
      )}
    </div>
  );
}
