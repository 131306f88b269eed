// The timeline with its buttons, its legend and the same intervals as a list.

import { ActionIcon, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import { timelineQuery } from '../../api/queries';
import { instant } from '../../api/units';
import { Icon, type IconName } from '../../components/icons';
import { LoadError } from '../../components/trouble';
import { useWords } from '../../i18n';
import { modelOf, type TimelineModel } from '../../timeline/model';
import { TimelineView } from '../../timeline/timeline_view';
import { followed, timeAt, zoomed, type View } from '../../timeline/view';
import type { Window } from '../../time/windows';
import { IntervalList } from './interval_list';
import { StateLegend } from './state_legend';
import classes from './timeline_card.module.css';

/** The view, carried along when the window moves on, and started anew when another is chosen. */
function useView(model: TimelineModel | undefined, chosen: string): [View, (view: View) => void] {
  const [view, setView] = useState<View>({ from: instant(0), to: instant(1) });
  const before = useRef<{ bounds: View; chosen: string } | null>(null);
  let current = view;
  if (model !== undefined && before.current?.bounds !== model.bounds) {
    const { bounds } = model;
    const known = before.current;
    current = known !== null && known.chosen === chosen ? followed(view, known.bounds, bounds) : { ...bounds };
  }
  useEffect(() => {
    if (model === undefined) return;
    before.current = { bounds: model.bounds, chosen };
    setView(current);
    // Only a new answer moves the view by itself.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [model]);
  return [current, setView];
}

interface Props {
  machine: string;
  window: Window;
  /** Names the choice the window was made from. */
  chosen: string;
  zone: string;
}

export function TimelineCard({ machine, window, chosen, zone }: Props) {
  const { t } = useWords();
  const { data, error, refetch, isPlaceholderData } = useQuery(timelineQuery(machine, window));
  const model = useMemo(() => (data === undefined ? undefined : modelOf(data)), [data]);
  const [view, setView] = useView(model, isPlaceholderData ? 'earlier' : chosen);
  const calm = useDeferredValue(view);

  const button = (name: IconName, label: string, act: (model: TimelineModel) => View) => (
    <ActionIcon
      variant="default"
      className={classes.button}
      disabled={model === undefined}
      aria-label={label}
      title={label}
      onClick={() => model !== undefined && setView(act(model))}
    >
      <Icon name={name} />
    </ActionIcon>
  );
  const zoom = (factor: number) => (now: TimelineModel) => zoomed(view, factor, timeAt(0.5, view, 1), now.bounds);

  return (
    <section className="card">
      <div className={classes.heading}>
        <h2>{t('timeline.title')}</h2>
        <div className={classes.buttons}>
          {button('plus', t('timeline.zoomIn'), zoom(0.5))}
          {button('minus', t('timeline.zoomOut'), zoom(2))}
          {button('fit', t('timeline.reset'), (now) => now.bounds)}
        </div>
      </div>
      {model !== undefined ? (
        <div data-loading={isPlaceholderData || undefined} className={classes.body}>
          <TimelineView model={model} view={view} onView={setView} zone={zone} />
          <p className={classes.hint}>{t('timeline.hint')}</p>
          <StateLegend model={model} view={calm} />
          <IntervalList model={model} view={calm} zone={zone} />
        </div>
      ) : error !== null ? (
        <LoadError error={error} onRetry={() => void refetch()} />
      ) : (
        <Skeleton height={240} radius="md" />
      )}
    </section>
  );
}
