// The copy for ERP and BI people: to which database it goes, whether it keeps up, and if not why.

import { useQuery } from '@tanstack/react-query';
import { systemQuery, type MirrorState } from '../../api/system';
import { Card } from '../../components/card';
import { LightShape } from '../../components/lights';
import { Fact } from '../../components/meter';
import { Moment } from '../../components/moments';
import { useWords } from '../../i18n';
import { formatDuration, formatNumber } from '../../time/format';
import classes from './storage.module.css';

const none = '—';

/** Trouble is a cross; one that only has more to write wants no attention yet. */
export function mirrorLight({ state, problem }: Pick<MirrorState, 'state' | 'problem'>) {
  if (problem !== null || state === 'off') return 'down';
  return state === 'current' ? 'ok' : 'unknown';
}

function Mirror({ mirror }: { mirror: MirrorState }) {
  const { t, duration } = useWords();
  return (
    <>
      <Fact name={t('mirror.server')}>
        <span className={classes.address}>{mirror.server === '' ? none : mirror.server}</span>
      </Fact>
      <Fact name={t('mirror.state')}>
        <LightShape status={mirrorLight(mirror)} size={18} />
        {t(`mirror.${mirror.state}`)}
      </Fact>
      <Fact name={t('mirror.lag')} note={t('mirror.lagNote')}>
        {formatDuration(mirror.lag_s, duration)}
      </Fact>
      <Fact name={t('mirror.until')}>{mirror.complete_until === null ? none : <Moment at={mirror.complete_until} />}</Fact>
      <Fact name={t('mirror.rows')}>{formatNumber(mirror.rows, 0)}</Fact>
      {mirror.problem !== null && (
        <p className={classes.problem} role="status">
          <strong>{t('mirror.problem')}</strong> {mirror.problem}
        </p>
      )}
    </>
  );
}

export function MirrorCard() {
  const { t } = useWords();
  const { data } = useQuery(systemQuery);
  // A box of an older version says nothing of it.
  if (data?.mirror === undefined) return null;
  return (
    <Card title={t('mirror.title')}>
      <div data-mirror={data.mirror === null ? 'none' : data.mirror.state}>
        {data.mirror === null ? <p className={classes.note}>{t('mirror.none')}</p> : <Mirror mirror={data.mirror} />}
      </div>
    </Card>
  );
}
