// What stands in place of a page that has nothing to show: why, and what to do.

import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { useWords } from '../i18n';
import { Icon } from './icons';
import classes from './trouble.module.css';

export function ErrorText({ error }: { error: Error }) {
  const { t } = useWords();
  if (!(error instanceof ApiError)) return <>{error.message}</>;
  if (error.status === 0) return <>{t('error.unreachable')}</>;
  if (error.status === 404) return <>{t('error.notFound')}</>;
  return <>{error.detail ? `${error.title}: ${error.detail}` : error.title}</>;
}

export function LoadError({ error, onRetry, children }: { error: Error; onRetry: () => void; children?: ReactNode }) {
  const { t } = useWords();
  return (
    <div className={`card ${classes.trouble}`} role="alert">
      <Icon name="warning" size={40} />
      <h2>{t('error.title')}</h2>
      <p>
        <ErrorText error={error} />
      </p>
      <div className={classes.actions}>
        <Button size="md" leftSection={<Icon name="retry" />} onClick={onRetry}>
          {t('error.retry')}
        </Button>
        {children}
      </div>
    </div>
  );
}
