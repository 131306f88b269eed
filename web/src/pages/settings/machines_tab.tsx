// Groups of the plant: machines moved together, a group renamed with all below it.

import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { machinesQuery } from '../../api/queries';
import type { Machine } from '../../api/types';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty_state';
import { CheckField, TextField } from '../../components/form/fields';
import { Icon } from '../../components/icons';
import { Loaded } from '../../components/loaded';
import { ProgressNote } from '../../components/progress_note';
import { SkeletonRows } from '../../components/skeletons';
import { toastDone, toastFailed } from '../../components/undo_toast';
import { useWords } from '../../i18n';
import { back, movesTo, renames, runMoves, tidyGroup, type GroupMove } from './group_moves';
import classes from './machines_tab.module.css';
import page from './settings_page.module.css';

function groupsOf(machines: readonly Machine[]): [string, Machine[]][] {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines) groups.set(machine.group, [...(groups.get(machine.group) ?? []), machine]);
  return [...groups].sort(([a], [b]) => a.localeCompare(b, 'zh-Hant'));
}

interface GroupProps {
  name: string;
  machines: readonly Machine[];
  chosen: ReadonlySet<string>;
  onChoose: (ids: string[], on: boolean) => void;
  onRename: (after: string) => void;
  busy: boolean;
}

function GroupBlock({ name, machines, chosen, onChoose, onRename, busy }: GroupProps) {
  const { t } = useWords();
  const [written, setWritten] = useState<string | null>(null);
  const tidy = written === null ? null : tidyGroup(written);
  return (
    <li className={classes.group} data-group={name}>
      <div className={classes.head}>
        {written === null ? (
          <>
            <CheckField label={<strong>{name === '' ? t('floor.noGroup') : name.split('/').join(' / ')}</strong>} checked={machines.every(({ id }) => chosen.has(id))} onChange={(on) => onChoose(machines.map(({ id }) => id), on)} />
            {name !== '' && (
              <Button variant="subtle" leftSection={<Icon name="edit" />} onClick={() => setWritten(name)} aria-label={t('regroup.renameOf', { name })}>
                {t('regroup.rename')}
              </Button>
            )}
          </>
        ) : (
          <form
            className={classes.rename}
            onSubmit={(event) => {
              event.preventDefault();
              if (tidy === null || tidy === '') return;
              onRename(tidy);
              setWritten(null);
            }}
          >
            <TextField label={t('regroup.newName', { name })} bare autoFocus value={written} onChange={setWritten} help={tidy === null ? t('form.wrong.group') : undefined} />
            <Button type="submit" loading={busy} disabled={tidy === null || tidy === '' || tidy === name}>
              {t('regroup.rename')}
            </Button>
            <Button variant="subtle" onClick={() => setWritten(null)}>
              {t('app.cancel')}
            </Button>
          </form>
        )}
      </div>
      <ul className={classes.machines}>
        {machines.map((machine) => (
          <li key={machine.id}>
            <CheckField label={<span>{machine.name} <span className="dim">{machine.id}</span></span>} checked={chosen.has(machine.id)} onChange={(on) => onChoose([machine.id], on)} />
          </li>
        ))}
      </ul>
    </li>
  );
}

function Groups({ machines }: { machines: Machine[] }) {
  const { t } = useWords();
  const queries = useQueryClient();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [target, setTarget] = useState('');
  const [progress, setProgress] = useState<{ done: number; total: number } | null>(null);
  const stopped = useRef(false);
  const groups = groupsOf(machines);
  const tidy = tidyGroup(target);

  const run = async (moves: GroupMove[], said: (count: number) => string, undoable = true) => {
    if (moves.length === 0) return;
    stopped.current = false;
    setProgress({ done: 0, total: moves.length });
    try {
      const done = await runMoves(moves, (count) => setProgress({ done: count, total: moves.length }), () => stopped.current);
      toastDone(said(done.length), undoable ? () => run(back(done), (count) => t('regroup.undone', { count }), false) : undefined);
      setChosen(new Set());
    } catch (error) {
      toastFailed(error);
    }
    setProgress(null);
    await queries.invalidateQueries();
  };

  const choose = (ids: string[], on: boolean) => {
    const next = new Set(chosen);
    for (const id of ids) if (on) next.add(id);
      else next.delete(id);
    setChosen(next);
  };

  return (
    <Card title={t('regroup.title')} aside={<span className="dim">{t('regroup.note')}</span>}>
      {progress !== null && <ProgressNote what={t('regroup.moving')} {...progress} onCancel={() => (stopped.current = true)} />}
      <form
        className={classes.move}
        onSubmit={(event) => {
          event.preventDefault();
          if (tidy !== null) void run(movesTo(machines, chosen, tidy), (count) => t('regroup.moved', { count, group: tidy || t('floor.noGroup') }));
        }}
      >
        <TextField label={t('regroup.moveTo', { count: chosen.size })} options={groups.map(([name]) => name).filter(Boolean)} placeholder={t('regroup.example')} value={target} onChange={setTarget} help={tidy === null ? t('form.wrong.group') : t('regroup.moveHelp')} />
        <Button type="submit" disabled={chosen.size === 0 || tidy === null || progress !== null}>
          {t('regroup.move')}
        </Button>
      </form>
      <ul className={classes.groups}>
        {groups.map(([name, members]) => (
          <GroupBlock key={name} name={name} machines={members} chosen={chosen} onChoose={choose} busy={progress !== null} onRename={(after) => void run(renames(machines, name, after), (count) => t('regroup.renamed', { count, group: after }))} />
        ))}
      </ul>
    </Card>
  );
}

export function MachinesTab() {
  const { t } = useWords();
  const machines = useQuery(machinesQuery);
  return (
    <div className={page.stack}>
      <Loaded
        query={machines}
        skeleton={<SkeletonRows />}
        isEmpty={(data) => data.length === 0}
        empty={
          <EmptyState
            icon="connections"
            title={t('connections.none')}
            text={t('connections.noneText')}
            action={
              <Button component={Link} to="/connections/new" leftSection={<Icon name="plus" />}>
                {t('connections.add')}
              </Button>
            }
          />
        }
      >
        {(data) => <Groups machines={data} />}
      </Loaded>
    </div>
  );
}
