// What stands where something is on its way: its shape, without its content.

import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import { useWords } from '../i18n';
import classes from './skeletons.module.css';

function Busy({ children }: { children: ReactNode }) {
  const { t } = useWords();
  return (
    <div aria-busy="true" aria-label={t('loading')} role="status">
      {children}
    </div>
  );
}

const many = (count: number, draw: (place: number) => ReactNode) => Array.from({ length: count }, (_, place) => draw(place));

/** Cards beside each other, such as tiles or figures. */
export function SkeletonTiles({ count = 8, height = 160 }: { count?: number; height?: number }) {
  return (
    <Busy>
      <div className={classes.tiles}>{many(count, (place) => <Skeleton key={place} height={height} radius="md" />)}</div>
    </Busy>
  );
}

/** Rows of a table or list. */
export function SkeletonRows({ count = 8 }: { count?: number }) {
  return (
    <Busy>
      <div className={classes.rows}>{many(count, (place) => <Skeleton key={place} height={44} radius="sm" />)}</div>
    </Busy>
  );
}

/** One block: a chart, a card. */
export function SkeletonBlock({ height = 280 }: { height?: number }) {
  return (
    <Busy>
      <Skeleton height={height} radius="md" />
    </Busy>
  );
}

export function SkeletonPage() {
  return (
    <Busy>
      <Skeleton height={36} width="14rem" mb="lg" />
      <div className={classes.tiles}>{many(8, (place) => <Skeleton key={place} height={160} radius="md" />)}</div>
    </Busy>
  );
}
