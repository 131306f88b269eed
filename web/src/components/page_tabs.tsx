// Parts of one page side by side, each with its own address (`?tab=…`), so that back and a reload
// show the same.

import { Link, type LinkProps } from '@tanstack/react-router';
import { useLayoutEffect, useRef } from 'react';
import classes from './page_tabs.module.css';

interface PageTabsProps<Tab extends string> {
  /** What the tabs are, for ears. */
  label: string;
  to: LinkProps['to'];
  tabs: readonly { tab: Tab; word: string }[];
  now: Tab;
}

export function PageTabs<Tab extends string>({ label, to, tabs, now }: PageTabsProps<Tab>) {
  const row = useRef<HTMLElement>(null);
  // On a phone the row is wider than the screen: where one is must be seen.
  useLayoutEffect(() => {
    const [frame, here] = [row.current, row.current?.querySelector<HTMLElement>('[aria-current]')];
    if (frame && here) frame.scrollLeft = here.offsetLeft - frame.offsetLeft - (frame.clientWidth - here.offsetWidth) / 2;
  }, [now]);
  return (
    <nav ref={row} className={classes.tabs} aria-label={label}>
      {tabs.map(({ tab, word }) => (
        <Link key={tab} to={to} search={{ tab } as never} activeOptions={{ exact: true, includeSearch: true }} className={classes.tab} aria-current={tab === now ? 'page' : undefined} data-tab={tab}>
          {word}
        </Link>
      ))}
    </nav>
  );
}
