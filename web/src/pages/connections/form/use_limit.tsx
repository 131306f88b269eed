// Long lists come in pieces: so many first, and the next on a press.

import { Button } from '@mantine/core';
import { useState } from 'react';
import { useWords } from '../../../i18n';

export function useLimit<T>(items: readonly T[], step = 100): { shown: readonly T[]; rest: number; more: () => void } {
  const [limit, setLimit] = useState(step);
  return { shown: items.slice(0, limit), rest: Math.max(0, items.length - limit), more: () => setLimit((before) => before + step) };
}

export function MoreButton({ rest, onMore }: { rest: number; onMore: () => void }) {
  const { t } = useWords();
  return rest === 0 ? null : (
    <Button variant="default" fullWidth onClick={onMore}>
      {t('list.more', { rest })}
    </Button>
  );
}
