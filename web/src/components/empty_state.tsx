// Nothing here, and what to do about it; or not for these eyes, and whom to ask.

import type { ReactNode } from 'react';
import { useWords } from '../i18n';
import { Icon, type IconName } from './icons';
import classes from './empty_state.module.css';

interface EmptyStateProps {
  icon?: IconName;
  title: string;
  text?: ReactNode;
  /** The way out: a button or a link. */
  action?: ReactNode;
  /** The element of the title: `h1` where this is the whole page. */
  as?: 'p' | 'h1' | 'h2';
}

export function EmptyState({ icon = 'empty', title, text, action, as: Title = 'p' }: EmptyStateProps) {
  return (
    <div className={classes.empty} data-empty>
      <Icon name={icon} size={44} />
      <Title className={classes.title}>{title}</Title>
      {text !== undefined && <p className={classes.text}>{text}</p>}
      {action !== undefined && <div className={classes.action}>{action}</div>}
    </div>
  );
}

/** The box understood and said no (403). */
export function NoPermission({ what }: { what?: string }) {
  const { t } = useWords();
  return <EmptyState icon="lock" title={what ?? t('denied.title')} text={t('denied.text')} />;
}
