// The head of a page: what it is, which window its figures are of and in which zone, what one can do.

import type { ReactNode } from 'react';
import type { Instant } from '../api/units';
import { useSite } from '../state/site';
import { useWords } from '../i18n';
import { formatClock, formatDate, formatDateTime } from '../time/format';
import { useTitle } from './title';
import classes from './page.module.css';

/** `2024-03-14 08:00 – 17:00 · Asia/Taipei`; the second date only when it is another day. */
export function WindowText({ from, to, withSeconds = false, zone }: { from: Instant; to: Instant; withSeconds?: boolean; zone?: string }) {
  const site = useSite();
  const { t } = useWords();
  const at = zone ?? site.timezone;
  const end = formatDate(from, at) === formatDate(to, at) ? formatClock(to, at, withSeconds) : formatDateTime(to, at, withSeconds);
  return (
    <span className={`${classes.window} number`} data-window>
      {formatDateTime(from, at, withSeconds)} – {end}
      <span className={classes.zone} title={t('app.zone', { zone: at })}>
        {' · '}
        {at}
      </span>
    </span>
  );
}

interface PageProps {
  title: string;
  /** One sentence: what is seen here. */
  subtitle?: ReactNode;
  /** The window its figures are of. */
  window?: { from: Instant; to: Instant };
  actions?: ReactNode;
  /** A row under the head: tabs, a picker, filters. */
  tabs?: ReactNode;
  /** The title is there for ears and the browser's tab only. */
  bare?: boolean;
  children: ReactNode;
}

export function Page({ title, subtitle, window, actions, tabs, bare, children }: PageProps) {
  useTitle(title);
  return (
    <>
      <header className={classes.head} data-bare={bare || undefined}>
        <div className={classes.titles}>
          <h1 className={bare ? 'visually-hidden' : classes.title}>{title}</h1>
          {(subtitle !== undefined || window !== undefined) && (
            <p className={classes.subtitle}>
              {subtitle}
              {window !== undefined && <WindowText {...window} />}
            </p>
          )}
        </div>
        {actions !== undefined && <div className={classes.actions}>{actions}</div>}
      </header>
      {tabs !== undefined && <div className={classes.tabs}>{tabs}</div>}
      {children}
    </>
  );
}
