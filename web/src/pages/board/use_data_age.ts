// How old what the board shows is: since the machines were last heard of, by events or by an answer.
// Both ends of it are this screen's own clock.

import { useQueryClient } from '@tanstack/react-query';
import { keys } from '../../api/queries';
import { seconds, type Seconds } from '../../api/units';
import { useNow } from '../../state/clock';
import { staleMs } from './age';

export function useAge(): Seconds | null {
  const queries = useQueryClient();
  useNow();
  const heard = queries.getQueryState(keys.machines)?.dataUpdatedAt ?? 0;
  return heard === 0 ? null : seconds(Math.max(0, Math.floor((Date.now() - heard) / 1000)));
}

export function useDataAge(): boolean {
  const age = useAge();
  return age !== null && age * 1000 > staleMs;
}
