// 總覽: every machine of the plant, where it stands, live. A silent machine is shown like any other.

import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState, type CSSProperties } from 'react';
import { machinesQuery } from '../../api/queries';
import type { Machine } from '../../api/types';
import { useBroken } from '../../components/banners';
import { Icon } from '../../components/icons';
import { useTitle } from '../../components/title';
import { LoadError } from '../../components/trouble';
import { useWords } from '../../i18n';
import type { MachineState } from '../../state/states';
import { EmptyFloor, FloorSkeleton } from './floor_states';
import { countsOf, groupsOf, matches, type Group } from './grouping';
import { MachineTile } from './machine_tile';
import { StateStrip } from './state_strip';
import { useColumns } from './use_columns';
import classes from './floor_page.module.css';

function GroupSection({ group, columns }: { group: Group; columns: number }) {
  const { t } = useWords();
  const running = group.machines.filter(({ state }) => state === 'run').length;
  return (
    <section className={classes.group} style={{ '--span': Math.min(columns, group.machines.length) } as CSSProperties}>
      <div className={classes.groupHeading}>
        <h2>{group.path === '' ? t('floor.noGroup') : group.path.split('/').join(' / ')}</h2>
        <span className="dim number">{t('floor.runningOf', { running, count: group.machines.length })}</span>
      </div>
      <div className={classes.tiles}>
        {group.machines.map((machine) => (
          <MachineTile key={machine.id} machine={machine} />
        ))}
      </div>
    </section>
  );
}

function Floor({ machines }: { machines: Machine[] }) {
  const { t } = useWords();
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<MachineState | null>(null);
  const words = useDeferredValue(search);
  const found = useMemo(() => machines.filter((machine) => matches(machine, words)), [machines, words]);
  const groups = useMemo(
    () => groupsOf(chosen === null ? found : found.filter(({ state }) => state === chosen)),
    [found, chosen],
  );
  const [floor, columns] = useColumns();
  const showAll = () => {
    setSearch('');
    setChosen(null);
  };
  return (
    <>
      <div className={classes.tools}>
        <StateStrip counts={countsOf(found)} total={found.length} chosen={chosen} onChoose={setChosen} />
        <TextInput
          className={classes.search}
          type="search"
          size="md"
          aria-label={t('floor.searchLabel')}
          placeholder={t('floor.search')}
          leftSection={<Icon name="search" />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
      </div>
      {groups.length === 0 ? (
        <div className={classes.nothing}>
          <p>{t('floor.nothingFound')}</p>
          <Button variant="default" size="md" onClick={showAll}>
            {t('floor.showAll')}
          </Button>
        </div>
      ) : (
        <div ref={floor} className={classes.floor} style={{ '--columns': columns } as CSSProperties}>
          {groups.map((group) => (
            <GroupSection key={group.path} group={group} columns={columns} />
          ))}
        </div>
      )}
    </>
  );
}

export function FloorPage() {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(machinesQuery);
  const broken = useBroken();
  useTitle(t('app.overview'));
  return (
    <div className={classes.page} data-broken={broken || undefined}>
      <h1 className="visually-hidden">{t('app.overview')}</h1>
      {data !== undefined ? (
        data.length === 0 ? (
          <EmptyFloor />
        ) : (
          <Floor machines={data} />
        )
      ) : error !== null ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : (
        <FloorSkeleton />
      )}
    </div>
  );
}
