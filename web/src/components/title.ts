// What the browser's tab says: the machine, then the plant.

import { useEffect } from 'react';
import { useSite } from '../state/site';

export function useTitle(...parts: string[]): void {
  const { name } = useSite();
  const title = [...parts, name || 'Spindle'].join(' · ');
  useEffect(() => {
    document.title = title;
  }, [title]);
}
