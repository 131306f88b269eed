// What was changed, by whom, and going back: first shown what that would do.

import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { changesQuery, tryRestore, useRestore, type Change, type PlantEffect } from '../../api/plant';
import { ConfirmDialog } from '../../components/confirm_dialog';
import { EmptyState } from '../../components/empty_state';
import { Icon } from '../../components/icons';
import { Loaded } from '../../components/loaded';
import { Moment } from '../../components/moments';
import { SkeletonRows } from '../../components/skeletons';
import { toastDone, toastFailed } from '../../components/undo_toast';
import { useWords } from '../../i18n';
import { EffectText } from './effect_text';
import classes from './changes_list.module.css';

const most = 5;

function ChangeRow({ change, onBack, busy }: { change: Change; onBack: (change: Change) => void; busy: boolean }) {
  const { t } = useWords();
  const [all, setAll] = useState(false);
  const shown = all ? change.changes : change.changes.slice(0, most);
  return (
    <li className={classes.row} data-generation={change.generation}>
      <div className={classes.when}>
        <strong>
          <Moment at={change.t} />
        </strong>
        <span className="dim number">{t('changes.who', { who: change.who === 'local' ? t('changes.local') : change.who, generation: change.generation })}</span>
      </div>
      <ul className={classes.what}>
        {shown.length === 0 && <li className="dim">{t('changes.same')}</li>}
        {shown.map((line) => (
          <li key={line}>{line}</li>
        ))}
        {change.changes.length > shown.length && (
          <li>
            <Button variant="subtle" onClick={() => setAll(true)}>
              {t('changes.all', { count: change.changes.length })}
            </Button>
          </li>
        )}
      </ul>
      {change.current ? (
        <span className={classes.current}>
          <Icon name="check" size={18} />
          {t('changes.current')}
        </span>
      ) : (
        <Button variant="default" leftSection={<Icon name="undo" />} loading={busy} onClick={() => onBack(change)} data-action="restore">
          {t('changes.back')}
        </Button>
      )}
    </li>
  );
}

export function ChangesList({ limit = 50 }: { limit?: number }) {
  const { t } = useWords();
  const [count, setCount] = useState(limit);
  const changes = useQuery(changesQuery(count));
  const [asked, setAsked] = useState<{ change: Change; effect: PlantEffect } | null>(null);
  const look = useMutation({
    mutationFn: async (change: Change) => ({ change, effect: await tryRestore(change.generation) }),
    onSuccess: (found) => (found.effect.changes.length === 0 ? toastDone(t('effect.none')) : setAsked(found)),
    onError: (error) => toastFailed(error),
  });
  const restore = useRestore();
  const confirm = async () => {
    if (asked === null) return;
    const before = changes.data?.items.find(({ current }) => current)?.generation;
    try {
      await restore.mutateAsync(asked.change.generation);
      toastDone(t('changes.restored'), before === undefined ? undefined : async () => void (await restore.mutateAsync(before)));
      setAsked(null);
    } catch (error) {
      toastFailed(error);
    }
  };
  return (
    <>
      <Loaded query={changes} skeleton={<SkeletonRows count={4} />} empty={<EmptyState title={t('changes.none')} text={t('changes.noneText')} />} isEmpty={({ items }) => items.length === 0}>
        {({ items, next_cursor }) => (
          <>
            <ol className={classes.list}>
              {items.map((change) => (
                <ChangeRow key={change.generation} change={change} busy={look.isPending && look.variables.generation === change.generation} onBack={(chosen) => look.mutate(chosen)} />
              ))}
            </ol>
            {next_cursor !== null && (
              <Button variant="default" fullWidth onClick={() => setCount(count + 50)}>
                {t('changes.older')}
              </Button>
            )}
          </>
        )}
      </Loaded>
      <ConfirmDialog opened={asked !== null} title={t('changes.backTitle')} action={t('changes.back')} icon="undo" busy={restore.isPending} onConfirm={() => void confirm()} onCancel={() => setAsked(null)}>
        {asked !== null && <EffectText effect={asked.effect} />}
      </ConfirmDialog>
    </>
  );
}
