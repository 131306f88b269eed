// Whether disk and box are well: what is stored is as safe as what it lies on.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { StorageState } from '../../api/storage';
import { systemQuery } from '../../api/system';
import { Card } from '../../components/card';
import { Icon } from '../../components/icons';
import { LightShape } from '../../components/lights';
import { BoxFacts } from '../../components/box_facts';
import { Fact } from '../../components/meter';
import { useWords } from '../../i18n';
import { formatNumber } from '../../time/format';
import classes from './storage.module.css';

export function HealthCard({ state: { damaged_blocks } }: { state: StorageState }) {
  const { t } = useWords();
  const { data } = useQuery(systemQuery);
  return (
    <Card
      title={t('storage.health')}
      aside={
        <Link to="/system" className={classes.link}>
          {t('storage.toSystem')}
          <Icon name="next" size={16} />
        </Link>
      }
    >
      <Fact name={t('storage.checks')}>
        <LightShape status={damaged_blocks > 0 ? 'down' : 'ok'} size={18} />
        {damaged_blocks > 0 ? t('storage.damaged', { count: formatNumber(damaged_blocks) }) : t('storage.checksWell')}
      </Fact>
      <BoxFacts box={data?.box} />
    </Card>
  );
}
