// Which alarms came most often, or stood longest, in the window: the few that are worth mending.

import { useQuery } from '@tanstack/react-query';
import { alarmSumsQuery, type AlarmFilter, type AlarmSum } from '../../api/alarms';
import type { Span } from '../../api/queries';
import { Card } from '../../components/card';
import { Choice } from '../../components/choice';
import { EmptyState } from '../../components/empty_state';
import { Loaded } from '../../components/loaded';
import { useWords } from '../../i18n';
import { formatDuration, formatNumber } from '../../time/format';
import classes from './alarms.module.css';

const shownMax = 8;

export type ParetoOrder = 'count' | 'time';

function Bars({ sums, by, onMachine }: { sums: readonly AlarmSum[]; by: ParetoOrder; onMachine: (id: string) => void }) {
  const { t, duration } = useWords();
  const sizeOf = (sum: AlarmSum) => (by === 'time' ? sum.duration_s : sum.count);
  const most = Math.max(...sums.map(sizeOf));
  const shown = sums.slice(0, shownMax);
  return (
    <>
      <ol className={classes.bars}>
        {shown.map((sum) => (
          <li key={`${sum.machine} ${sum.level} ${sum.code} ${sum.text}`} className={classes.bar} data-level={sum.level}>
            <button type="button" className={classes.barName} title={t('alarms.onlyMachine', { machine: sum.machine_name })} onClick={() => onMachine(sum.machine)}>
              <strong>{sum.machine_name}</strong> <span>{sum.text || (sum.code === '' ? t('alarms.noText') : t('alarms.code', { code: sum.code }))}</span>
            </button>
            <span className={classes.track} aria-hidden="true">
              <span className={classes.fill} style={{ width: `${most > 0 ? Math.max(0.5, (100 * sizeOf(sum)) / most) : 0}%` }} />
            </span>
            <span className={`${classes.size} number`}>
              <span data-first={by === 'count'}>{t('alarms.times', { count: formatNumber(sum.count) })}</span>
              <span data-first={by === 'time'}>{formatDuration(sum.duration_s, duration)}</span>
            </span>
          </li>
        ))}
      </ol>
      {sums.length > shown.length && <p className="dim">{t('alarms.others', { count: sums.length - shown.length })}</p>}
    </>
  );
}

interface Props {
  filter: AlarmFilter;
  span: Span;
  by: ParetoOrder;
  onBy: (by: ParetoOrder) => void;
  onMachine: (id: string) => void;
}

export function ParetoCard({ filter, span, by, onBy, onMachine }: Props) {
  const { t } = useWords();
  const sums = useQuery(alarmSumsQuery(filter, span, by));
  const options = (['count', 'time'] as const).map((value) => ({ value, word: t(`alarms.by.${value}`) }));
  return (
    <Card title={t('alarms.paretoTitle')} aside={<Choice bare label={t('alarms.paretoBy')} options={options} value={by} onChoose={onBy} />}>
      <Loaded query={sums} isEmpty={(data) => data.length === 0} empty={<EmptyState icon="check" title={t('alarms.pastNone')} />}>
        {(data) => <Bars sums={data} by={by} onMachine={onMachine} />}
      </Loaded>
    </Card>
  );
}
