// The timeline with its buttons, its legend and the same intervals as a list.

import { ActionIcon, Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import type { Machine, Timeline } from '../../api/types';
import { type Instant } from '../../api/units';
import { Icon, type IconName } from '../../components/icons';
import { LoadError } from '../../components/trouble';
import { useWords } from '../../i18n';
import type { Cursor } from '../../timeline/cursor';
import type { TimelineModel } from '../../timeline/model';
import { TimelineView } from '../../timeline/timeline_view';
import { useSignalLanes, useTile } from '../../timeline/use_tiles';
import { timeAt, zoomed, type View } from '../../timeline/view';
import { IntervalList } from './interval_list';
import { LaneChooser } from './lane_chooser';
import type { MachineView } from './search';
import { StateLegend } from './state_legend';
import classes from './timeline_card.module.css';

export interface HistoryProps {
  machine: Machine;
  view: View;
  onView: (view: View) => void;
  bounds: View;
  cursor: Cursor;
  onPick: (at: Instant) => void;
  shown: MachineView;
  onShow: (change: Partial<MachineView>) => void;
  zone: string;
}

interface Props extends HistoryProps {
  query: UseQueryResult<Timeline>;
  model: TimelineModel | undefined;
}

export function TimelineCard({ machine, query, model, view, onView, bounds, cursor, onPick, shown, onShow, zone }: Props) {
  const { t } = useWords();
  const calm = useDeferredValue(view);
  const tile = useTile(view, bounds);
  const lanesOfOwn = shown.signals.map((id) => machine.signals.find((signal) => signal.id === id)).filter((signal) => signal !== undefined);
  const signals = useSignalLanes(machine.id, lanesOfOwn, tile);

  const button = (name: IconName, label: string, act: () => View) => (
    <ActionIcon variant="default" className={classes.button} disabled={model === undefined} aria-label={label} title={label} onClick={() => onView(act())}>
      <Icon name={name} />
    </ActionIcon>
  );
  const zoom = (factor: number) => () => zoomed(view, factor, timeAt(0.5, view, 1), bounds);

  return (
    <section className="card" data-timeline>
      <div className={classes.heading}>
        <h2>{t('timeline.title')}</h2>
        <div className={classes.buttons}>
          <LaneChooser machine={machine} model={model} shown={shown} onShow={onShow} />
          {button('plus', t('timeline.zoomIn'), zoom(0.5))}
          {button('minus', t('timeline.zoomOut'), zoom(2))}
          {button('fit', t('timeline.reset'), () => bounds)}
          <ActionIcon
            variant="default"
            className={classes.button}
            disabled={model === undefined || (view.from === bounds.from && view.to === bounds.to)}
            aria-label={t('window.fromView')}
            title={t('window.fromView')}
            onClick={() => onShow({ choice: { kind: 'custom', from: view.from, to: view.to } })}
          >
            <Icon name="calendar" />
          </ActionIcon>
        </div>
      </div>
      {model !== undefined ? (
        <div data-loading={query.isPlaceholderData || undefined} className={classes.body}>
          <TimelineView model={model} signals={signals} chosen={shown.lanes} view={view} onView={onView} cursor={cursor} pinned={shown.at} onPick={onPick} zone={zone} />
          {signals.some((signal) => signal.style !== 'trend' && signal.cut !== null && signal.cut < view.to) && <p className={classes.note}>{t('timeline.cut')}</p>}
          <p className={classes.hint}>{t('timeline.hint')}</p>
          <StateLegend model={model} view={calm} />
          <IntervalList model={model} view={calm} zone={zone} />
        </div>
      ) : query.error !== null ? (
        <LoadError error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <div aria-busy="true" role="status" aria-label={t('loading')}>
          <Skeleton height={240} radius="md" />
        </div>
      )}
    </section>
  );
}
