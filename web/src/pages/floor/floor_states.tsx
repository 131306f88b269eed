// The floor before it has machines: still loading, or none set up yet.

import { Skeleton } from '@mantine/core';
import { FirstRun } from '../../components/first_run';
import { useWords } from '../../i18n';
import classes from './floor_page.module.css';

export function FloorSkeleton() {
  const { t } = useWords();
  return (
    <div aria-busy="true" aria-label={t('loading')} role="status">
      <Skeleton height={44} mb="lg" radius="xl" />
      <div className={classes.tiles}>
        {Array.from({ length: 8 }, (_, place) => (
          <Skeleton key={place} height={240} radius="md" />
        ))}
      </div>
    </div>
  );
}

export function EmptyFloor() {
  const { t } = useWords();
  return (
    <>
      <FirstRun />
      <details className={classes.byFile}>
        <summary>{t('floor.byFile')}</summary>
        <ol>
          <li>
            {t('floor.emptyStep1')}
            <pre>spindle probe modbus-tcp://192.168.0.10:502/1 hr:0</pre>
          </li>
          <li>
            {t('floor.emptyStep2')}
            <pre>spindle check plant.yaml</pre>
          </li>
          <li>
            {t('floor.emptyStep3')}
            <pre>spindle apply plant.yaml --data DIR</pre>
          </li>
        </ol>
      </details>
    </>
  );
}
