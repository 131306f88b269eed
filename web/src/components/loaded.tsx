// A query in each of its states: its skeleton, why it failed and a way to retry, not allowed, nothing,
// or the data. While a newer answer is on its way the old one stays, marked as loading.

import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ApiError } from '../api/client';
import { NoPermission } from './empty_state';
import { SkeletonBlock } from './skeletons';
import { LoadError } from './trouble';

interface LoadedProps<T> {
  query: Pick<UseQueryResult<T>, 'data' | 'error' | 'refetch' | 'isPlaceholderData'>;
  skeleton?: ReactNode;
  /** Drawn instead when `isEmpty` says there is nothing in the answer. */
  empty?: ReactNode;
  isEmpty?: (data: T) => boolean;
  children: (data: T) => ReactNode;
}

export function Loaded<T>({ query, skeleton, empty, isEmpty, children }: LoadedProps<T>) {
  const { data, error, refetch, isPlaceholderData } = query;
  if (data === undefined) {
    if (error === null) return skeleton ?? <SkeletonBlock />;
    if (error instanceof ApiError && error.status === 403) return <NoPermission />;
    return <LoadError error={error} onRetry={() => void refetch()} />;
  }
  if (empty !== undefined && isEmpty?.(data) === true) return empty;
  return <div data-loading={isPlaceholderData || undefined}>{children(data)}</div>;
}
