// 連線設定: every machine with its four lights, trouble first, and what changed lately.

import { Button, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useDeferredValue, useMemo, useState } from 'react';
import { machinesQuery } from '../../api/queries';
import type { Machine } from '../../api/types';
import { Chips, FilterBar } from '../../components/chips';
import { EmptyState } from '../../components/empty_state';
import { Icon } from '../../components/icons';
import { LightShape } from '../../components/lights';
import { Loaded } from '../../components/loaded';
import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/skeletons';
import { Stale } from '../../components/stale';
import { useWords } from '../../i18n';
import { ChangesList } from '../settings/changes_list';
import { ConnectionRow } from './connection_row';
import { DeleteMachine } from './delete_machine';
import { MoreButton, useLimit } from './form/use_limit';
import { addressOf, byTrouble, connectionsSearch, has, matchesText, troubles, type ConnectionsSearch, type Trouble } from './search';
import classes from './connections_page.module.css';

const lightOfTrouble = { ok: 'ok', network: 'down', session: 'down', freshness: 'down', clock: 'warn', refused: 'warn' } as const;

function Rows({ machines }: { machines: Machine[] }) {
  const [leaving, setLeaving] = useState<Machine | null>(null);
  const { shown, rest, more } = useLimit(machines, 100);
  const onDelete = useCallback((machine: Machine) => setLeaving(machine), []);
  return (
    <>
      <ul className={classes.list}>
        {shown.map((machine) => (
          <ConnectionRow key={machine.id} machine={machine} onDelete={onDelete} />
        ))}
      </ul>
      <MoreButton rest={rest} onMore={more} />
      <DeleteMachine machine={leaving} onDone={() => setLeaving(null)} />
    </>
  );
}

function List({ machines }: { machines: Machine[] }) {
  const { t } = useWords();
  const navigate = useNavigate();
  const asked = connectionsSearch(useSearch({ strict: false }));
  const [text, setText] = useState(asked.q);
  const words = useDeferredValue(text);
  const go = (next: Partial<ConnectionsSearch>) => void navigate({ to: '/connections', search: addressOf({ ...asked, ...next }), replace: true });
  const found = useMemo(() => byTrouble(machines.filter((machine) => matchesText(machine, words))), [machines, words]);
  const { trouble } = asked;
  const shown = trouble === null ? found : found.filter((machine) => has(machine, trouble));
  const filtered = trouble !== null || text.trim() !== '';
  const showAll = () => {
    setText('');
    void navigate({ to: '/connections', search: {}, replace: true });
  };
  const counts = troubles.map((value) => ({ value, count: found.filter((machine) => has(machine, value)).length }));
  return (
    <>
      <FilterBar onClear={filtered ? showAll : undefined}>
        <TextInput
          className={classes.search}
          type="search"
          aria-label={t('connections.search')}
          placeholder={t('connections.search')}
          leftSection={<Icon name="search" />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            go({ q: event.currentTarget.value });
          }}
        />
        <Chips<Trouble>
          label={t('connections.filter')}
          single
          chosen={trouble === null ? [] : [trouble]}
          onChange={([chosen]) => go({ trouble: chosen ?? null })}
          options={counts.filter(({ value, count }) => count > 0 || value === trouble || value === 'ok').map(({ value, count }) => ({ value, count, word: t(`connections.${value}`), icon: <LightShape status={lightOfTrouble[value]} /> }))}
        />
      </FilterBar>
      {shown.length === 0 ? (
        <EmptyState
          icon="search"
          title={t('connections.nothingFound')}
          action={
            <Button variant="default" onClick={showAll}>
              {t('connections.showAll')}
            </Button>
          }
        />
      ) : (
        <Stale>
          <Rows machines={shown} />
        </Stale>
      )}
    </>
  );
}

function Empty() {
  const { t } = useWords();
  return (
    <EmptyState
      icon="connections"
      title={t('connections.none')}
      text={t('connections.noneText')}
      action={
        <>
          <Button component={Link} to="/connections/new" leftSection={<Icon name="plus" />}>
            {t('connections.add')}
          </Button>
          <Button component={Link} to="/welcome" variant="default" leftSection={<Icon name="welcome" />}>
            {t('connections.firstRun')}
          </Button>
        </>
      }
    />
  );
}

export function ConnectionsPage() {
  const { t } = useWords();
  const machines = useQuery(machinesQuery);
  const all = machines.data ?? [];
  const bad = all.filter((machine) => !has(machine, 'ok')).length;
  return (
    <Page
      title={t('connections.title')}
      subtitle={all.length === 0 ? t('connections.subtitle') : bad === 0 ? t('connections.allFine', { count: all.length }) : t('connections.someTrouble', { bad, count: all.length })}
      actions={
        <Button component={Link} to="/connections/new" leftSection={<Icon name="plus" />} data-action="add">
          {t('connections.add')}
        </Button>
      }
    >
      <Loaded query={machines} skeleton={<SkeletonRows />} empty={<Empty />} isEmpty={(data) => data.length === 0}>
        {(data) => <List machines={data} />}
      </Loaded>
      <details className={classes.lately}>
        <summary>{t('connections.lately')}</summary>
        <ChangesList limit={10} />
      </details>
    </Page>
  );
}
