// A plant without machines: never set up yet, or emptied; either way the next step.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { plantQuery } from '../api/plant';
import { useWords } from '../i18n';
import { EmptyState } from './empty_state';
import { Icon } from './icons';

export function FirstRun() {
  const { t } = useWords();
  const { data } = useQuery({ ...plantQuery, retry: false });
  const never = data?.set_up === false;
  return (
    <div className="card" data-first-run={never || undefined}>
      <EmptyState
        icon={never ? 'welcome' : 'empty'}
        title={never ? t('first.title') : t('floor.emptyTitle')}
        text={never ? t('first.text') : t('first.emptyText')}
        action={
          <Button size="md" component={Link} to={never ? '/welcome' : '/connections/new'} leftSection={<Icon name={never ? 'next' : 'plus'} />}>
            {never ? t('first.start') : t('first.add')}
          </Button>
        }
      />
    </div>
  );
}
