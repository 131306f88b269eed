// What just happened, with ten seconds to take it back. Also what failed, which stays until closed.

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import i18next from 'i18next';
import { ErrorText } from './trouble';
import { Icon } from './icons';
import classes from './undo_toast.module.css';

const undoMs = 10_000;
const toldMs = 5_000;

const close = () => ({ 'aria-label': i18next.t('app.close'), size: 44 });

export function DoneMessage({ message, onUndo }: { message: string; onUndo?: () => void }) {
  return (
    <div className={classes.toast}>
      <span>{message}</span>
      {onUndo !== undefined && (
        <Button variant="default" leftSection={<Icon name="undo" />} onClick={onUndo}>
          {i18next.t('app.undo')}
        </Button>
      )}
    </div>
  );
}

/** `message` says what was done: 「已刪除 立式加工機 1」. Without `onUndo` it only tells. */
export function toastDone(message: string, onUndo?: () => void | Promise<void>): void {
  const undo =
    onUndo &&
    (() => {
      notifications.hide(id);
      void Promise.resolve(onUndo()).catch((error: unknown) => toastFailed(error));
    });
  const id = notifications.show({
    autoClose: onUndo === undefined ? toldMs : undoMs,
    icon: <Icon name="check" />,
    color: 'green.8',
    closeButtonProps: close(),
    message: <DoneMessage message={message} onUndo={undo} />,
  });
}

export function toastFailed(error: unknown, message?: string): void {
  notifications.show({
    autoClose: false,
    icon: <Icon name="warning" />,
    color: 'red.8',
    closeButtonProps: close(),
    title: message,
    message: <ErrorText error={error instanceof Error ? error : new Error(String(error))} />,
  });
}
