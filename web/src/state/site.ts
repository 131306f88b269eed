// The plant's name and zone. Until they are known, times are shown in the browser's zone for the
// moment it takes; the pages themselves wait for the site before they show any.

import { useQuery } from '@tanstack/react-query';
import { siteQuery } from '../api/queries';
import type { Site } from '../api/types';

const unknown: Site = {
  name: '',
  timezone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
  version: '',
  now: new Date(0).toISOString(),
  generation: 0,
};

export function useSite(): Site {
  return useQuery(siteQuery).data ?? unknown;
}
