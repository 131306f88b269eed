// What narrows and orders the floor: states, words, a group; order and density.

import { NativeSelect, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { Choice } from '../../components/choice';
import { Icon } from '../../components/icons';
import { useWords } from '../../i18n';
import type { StateCount } from './grouping';
import { orders, type FloorSearch } from './search';
import { spoken } from './sections';
import { StateStrip } from './state_strip';
import classes from './floor_page.module.css';

interface Props {
  search: FloorSearch;
  counts: StateCount[];
  total: number;
  groups: string[];
  onChange: (change: Partial<Record<keyof FloorSearch, unknown>>) => void;
}

/** Typing is not held up by the address, which follows. */
function Search({ text, onChange }: { text: string; onChange: (text: string) => void }) {
  const { t } = useWords();
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  return (
    <TextInput
      className={classes.search}
      type="search"
      size="md"
      aria-label={t('floor.searchLabel')}
      placeholder={t('floor.search')}
      leftSection={<Icon name="search" />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        onChange(event.currentTarget.value);
      }}
    />
  );
}

export function FloorTools({ search, counts, total, groups, onChange }: Props) {
  const { t } = useWords();
  return (
    <div className={classes.tools}>
      <StateStrip counts={counts} total={total} chosen={search.state ?? null} onChoose={(state) => onChange({ state: state ?? undefined })} />
      <div className={classes.controls}>
        <Search text={search.q ?? ''} onChange={(q) => onChange({ q: q === '' ? undefined : q })} />
        {groups.length > 1 && (
          <NativeSelect
            className={classes.select}
            aria-label={t('shift.group')}
            value={search.group ?? ''}
            onChange={(event) => onChange({ group: event.currentTarget.value || undefined })}
            data={[{ value: '', label: t('shift.allGroups') }, ...groups.map((path) => ({ value: path, label: spoken(path) }))]}
          />
        )}
        <NativeSelect
          className={classes.select}
          aria-label={t('floor.order')}
          value={search.sort ?? 'place'}
          onChange={(event) => onChange({ sort: event.currentTarget.value === 'place' ? undefined : event.currentTarget.value })}
          data={orders.map((order) => ({ value: order, label: t(`floor.order.${order}`) }))}
        />
        <Choice
          bare
          label={t('floor.view')}
          options={[
            { value: 'tiles', word: t('floor.view.tiles') },
            { value: 'rows', word: t('floor.view.rows') },
          ]}
          value={search.view ?? 'tiles'}
          onChoose={(view) => onChange({ view: view === 'rows' ? view : undefined })}
        />
      </div>
    </div>
  );
}
