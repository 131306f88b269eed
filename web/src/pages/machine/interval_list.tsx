// The intervals of the view in words, newest first: for reading aloud, for copying, and for who
// wants the exact second.

import { useState } from 'react';
import { instantOf, secondsBetween } from '../../api/units';
import { StateIcon } from '../../components/state_icon';
import { useWords } from '../../i18n';
import { formatDateTime, formatDuration } from '../../time/format';
import { itemAt, type TimelineModel } from '../../timeline/model';
import { useDetailLines } from '../../timeline/timeline_tip';
import { visible } from '../../timeline/tracks';
import type { View } from '../../timeline/view';
import classes from '../../components/tables.module.css';

const listedMax = 200;

export function IntervalList({ model, view, zone }: { model: TimelineModel; view: View; zone: string }) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <details className={classes.details} open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('timeline.list')}</summary>
      {open && <Intervals model={model} view={view} zone={zone} />}
    </details>
  );
}

function Intervals({ model, view, zone }: { model: TimelineModel; view: View; zone: string }) {
  const { t, duration } = useWords();
  const detailLines = useDetailLines();
  const [start, end] = visible(model.states, view);
  const total = end - start;
  const first = Math.max(start, end - listedMax);
  const items = Array.from({ length: end - first }, (_, i) => itemAt(model, end - 1 - i));
  return (
    <div className={classes.scroll} tabIndex={0} role="region" aria-label={t('timeline.list')}>
      {total > listedMax && <p className="dim">{t('timeline.listMore', { count: listedMax, total })}</p>}
      <table className={classes.table}>
        <thead>
          <tr>
            <th>{t('timeline.state')}</th>
            <th>{t('timeline.listStart')}</th>
            <th className={classes.wide}>{t('timeline.listEnd')}</th>
            <th className={classes.right}>{t('timeline.listDuration')}</th>
            <th className={classes.wide}>{t('timeline.listDetail')}</th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.from}>
              <td>
                <span className={classes.state} style={{ color: `var(--ink-${item.state})` }}>
                  <StateIcon state={item.state} size={18} />
                  {t(`state.${item.state}`)}
                </span>
              </td>
              <td className="number">{formatDateTime(instantOf(item.from), zone)}</td>
              <td className={`${classes.wide} number`}>{formatDateTime(instantOf(item.to), zone)}</td>
              <td className={`${classes.right} number`}>
                {formatDuration(secondsBetween(instantOf(item.from), instantOf(item.to)), duration, 'exact')}
              </td>
              <td className={classes.wide}>{detailLines(item).map(([label, text]) => `${label} ${text}`).join('，')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
