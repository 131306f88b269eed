// The program on the box was updated while this page was open: offers to load it anew. The board has
// nobody to ask, so it does it by itself.

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { useWords } from '../i18n';
import { isNewer, onNewer } from '../pwa/register';
import { Icon } from './icons';
import classes from './undo_toast.module.css';

const id = 'new-version';

export function useNewVersion(): void {
  const { t } = useWords();
  useEffect(() => {
    const offer = () => {
      if (location.pathname === '/board') return location.reload();
      notifications.hide(id);
      notifications.show({
        id,
        autoClose: false,
        icon: <Icon name="info" />,
        closeButtonProps: { 'aria-label': t('app.close'), size: 44 },
        message: (
          <div className={classes.toast}>
            <span>{t('version.newer')}</span>
            <Button leftSection={<Icon name="retry" />} onClick={() => location.reload()}>
              {t('version.reload')}
            </Button>
          </div>
        ),
      });
    };
    if (isNewer()) offer();
    return onNewer(offer);
  }, [t]);
}
