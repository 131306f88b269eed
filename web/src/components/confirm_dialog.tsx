// Asks before something that can't be undone with one press. What can be is done at once, with undo.

import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../i18n';
import { Dialog } from './dialog';
import { Icon, type IconName } from './icons';
import classes from './confirm_dialog.module.css';

interface ConfirmDialogProps {
  opened: boolean;
  title: string;
  /** What will happen, in plain words. */
  children: ReactNode;
  /** The verb on the button, not 「確定」. */
  action: string;
  icon?: IconName;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onCancel: () => void;
}

/** What stands in the dialog: the consequence, and the two ways on. */
export function ConfirmBody({ children, action, icon, danger, busy, onConfirm, onCancel }: Omit<ConfirmDialogProps, 'opened' | 'title'>) {
  const { t } = useWords();
  return (
    <>
      <div>{children}</div>
      <div className={classes.actions}>
        <Button variant="default" onClick={onCancel} data-autofocus>
          {t('app.cancel')}
        </Button>
        <Button color={danger ? 'red.9' : undefined} loading={busy} onClick={onConfirm} leftSection={icon === undefined ? undefined : <Icon name={icon} />}>
          {action}
        </Button>
      </div>
    </>
  );
}

export function ConfirmDialog({ opened, title, ...body }: ConfirmDialogProps) {
  return (
    <Dialog opened={opened} onClose={body.onCancel} title={title} centered>
      <ConfirmBody {...body} />
    </Dialog>
  );
}
