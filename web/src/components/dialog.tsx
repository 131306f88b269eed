// A question or a small form before the page. Its head is no banner of the page: that is why it is put
// together here instead of taken as it comes.

import { Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../i18n';
import classes from './dialog.module.css';

interface DialogProps {
  opened: boolean;
  title: string;
  onClose: () => void;
  size?: 'md' | 'lg' | 'xl';
  centered?: boolean;
  children: ReactNode;
}

export function Dialog({ opened, title, onClose, size = 'md', centered = false, children }: DialogProps) {
  const { t } = useWords();
  return (
    <Modal.Root opened={opened} onClose={onClose} size={size} centered={centered} transitionProps={{ duration: 120 }}>
      <Modal.Overlay />
      <Modal.Content>
        <div className={classes.head}>
          <Modal.Title className={classes.title}>{title}</Modal.Title>
          <Modal.CloseButton aria-label={t('app.close')} size={44} />
        </div>
        <Modal.Body>{children}</Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}
