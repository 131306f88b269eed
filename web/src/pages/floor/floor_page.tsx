// 總覽: every machine of the plant, where it stands, live. A silent machine is shown like any other.

import { Button } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useDeferredValue, useMemo, useRef, type CSSProperties } from 'react';
import { ApiError } from '../../api/client';
import { useBroken } from '../../components/banners';
import { NoPermission } from '../../components/empty_state';
import { useTitle } from '../../components/title';
import { LoadError } from '../../components/trouble';
import { useWords } from '../../i18n';
import { EmptyFloor, FloorSkeleton } from './floor_states';
import { FloorTools } from './floor_tools';
import { arranged, countsOf, matches, type Entry } from './grouping';
import { GroupSection } from './group_section';
import { readFloorSearch, type FloorSearch } from './search';
import { groupPaths, inGroup } from './sections';
import { useColumns } from './use_columns';
import { useFloor, usePlans } from './use_floor';
import classes from './floor_page.module.css';

/** From here on what is out of sight is not drawn; below, a page can be printed or pictured whole. */
const manyMachines = 60;

function Floor({ entries }: { entries: Entry[] }) {
  const { t } = useWords();
  const asked = useSearch({ strict: false }) as Record<string, unknown>;
  const search = useMemo(() => readFloorSearch(asked), [asked]);
  const navigate = useNavigate();
  const words = useDeferredValue(search.q ?? '');
  const { state, group, sort } = search;
  const found = useMemo(
    () => entries.filter((entry) => inGroup(entry.group, group) && matches(entry, words)),
    [entries, group, words],
  );
  const sections = useMemo(
    () => arranged(state === undefined ? found : found.filter((entry) => entry.state === state), sort ?? 'place'),
    [found, state, sort],
  );
  const groups = useMemo(() => groupPaths(entries), [entries]);
  const plans = usePlans();
  const [floor, columns] = useColumns();

  const change = useCallback(
    (wanted: Partial<Record<keyof FloorSearch, unknown>>) => void navigate({ to: '/', search: { ...search, ...wanted }, replace: true }),
    [navigate, search],
  );
  const latest = useRef({ search, change });
  latest.current = { search, change };
  const fold = useCallback((path: string) => {
    const { search: now, change: apply } = latest.current;
    const closed = now.closed ?? [];
    const next = closed.includes(path) ? closed.filter((each) => each !== path) : [...closed, path];
    apply({ closed: next.length > 0 ? next : undefined });
  }, []);

  return (
    <>
      <FloorTools search={search} counts={countsOf(found)} total={found.length} groups={groups} onChange={change} />
      {sections.length === 0 ? (
        <div className={classes.nothing}>
          <p>{t('floor.nothingFound')}</p>
          <Button variant="default" size="md" onClick={() => change({ q: undefined, state: undefined, group: undefined })}>
            {t('floor.showAll')}
          </Button>
        </div>
      ) : (
        <div ref={floor} className={classes.floor} style={{ '--columns': columns, '--far': found.length > manyMachines ? 'auto' : 'visible' } as CSSProperties}>
          {sections.map((section) => (
            <GroupSection
              key={section.path}
              section={section}
              columns={columns}
              rows={search.view === 'rows'}
              plans={plans}
              closed={search.closed?.includes(section.path) ?? false}
              onFold={fold}
            />
          ))}
        </div>
      )}
    </>
  );
}

export function FloorPage() {
  const { t } = useWords();
  const { entries, error, refetch } = useFloor();
  const broken = useBroken();
  useTitle(t('app.overview'));
  return (
    <div className={classes.page} data-broken={broken || undefined}>
      <h1 className="visually-hidden">{t('app.overview')}</h1>
      {entries !== undefined ? (
        entries.length === 0 ? (
          <EmptyFloor />
        ) : (
          <Floor entries={entries} />
        )
      ) : error instanceof ApiError && error.status === 403 ? (
        <NoPermission />
      ) : error !== null ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : (
        <FloorSkeleton />
      )}
    </div>
  );
}
