// What is not yet in force, and the way to put it in force.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { statusQuery } from '../../api/queries';
import { ConfirmDialog } from '../../components/confirm_dialog';
import { Icon } from '../../components/icons';
import { ProgressNote } from '../../components/progress_note';
import { useWords } from '../../i18n';
import classes from '../connections/form/save_bar.module.css';

/** How far the past is derived again, as the box tells it. */
export function Recomputing() {
  const { t } = useWords();
  const { data } = useQuery(statusQuery);
  const recompute = data?.recompute;
  return recompute?.running === true ? <ProgressNote what={t('settings.recomputing')} done={recompute.done} total={recompute.total} /> : null;
}

interface ApplyBarProps {
  dirty: boolean;
  wrong: number;
  busy: boolean;
  onApply: () => void;
  onReset: () => void;
}

export function ApplyBar({ dirty, wrong, busy, onApply, onReset }: ApplyBarProps) {
  const { t } = useWords();
  const blocker = useBlocker({ shouldBlockFn: () => dirty, enableBeforeUnload: () => dirty, withResolver: true });
  return (
    <>
      <div className={classes.bar} data-save-bar>
        <span className={classes.state} role="status" data-wrong={wrong > 0 || undefined}>
          {wrong > 0 ? (
            <>
              <Icon name="warning" /> {t('form.wrongCount', { count: wrong })}
            </>
          ) : (
            t(dirty ? 'form.unsaved' : 'form.unchanged')
          )}
        </span>
        <Button variant="default" disabled={!dirty} onClick={onReset} leftSection={<Icon name="undo" />}>
          {t('settings.reset')}
        </Button>
        <Button disabled={!dirty} loading={busy} onClick={onApply} leftSection={<Icon name="eye" />} data-action="apply">
          {t('settings.preview')}
        </Button>
      </div>
      <ConfirmDialog opened={blocker.status === 'blocked'} title={t('form.leaveTitle')} action={t('form.leave')} danger onConfirm={() => blocker.proceed?.()} onCancel={() => blocker.reset?.()}>
        {t('form.leaveText')}
      </ConfirmDialog>
    </>
  );
}
