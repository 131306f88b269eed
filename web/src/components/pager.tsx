// Forward and back through pages, where one list is too long for a page.

import { Button } from '@mantine/core';
import { useWords } from '../i18n';
import { Icon } from './icons';

interface Props {
  page: number;
  /** Null while nobody knows how many there are; then `more` says whether there is another. */
  pages: number | null;
  more?: boolean;
  busy?: boolean;
  onPage: (page: number) => void;
}

export function Pager({ page, pages, more = false, busy = false, onPage }: Props) {
  const { t } = useWords();
  const last = pages === null ? !more : page >= pages - 1;
  if (page === 0 && last) return null;
  return (
    <nav aria-label={t('pager.label')} style={{ display: 'flex', alignItems: 'center', gap: '0.75rem', marginTop: '0.75rem' }}>
      <Button variant="default" size="md" disabled={page === 0 || busy} leftSection={<Icon name="back" size={18} />} onClick={() => onPage(page - 1)}>
        {t('pager.before')}
      </Button>
      <span className="number" role="status">
        {pages === null ? t('pager.page', { page: page + 1 }) : t('pager.of', { page: page + 1, pages })}
      </span>
      <Button variant="default" size="md" disabled={last || busy} rightSection={<Icon name="next" size={18} />} onClick={() => onPage(page + 1)}>
        {t('pager.after')}
      </Button>
    </nav>
  );
}
