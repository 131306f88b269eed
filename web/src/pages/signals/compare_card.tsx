// The chosen signals over the window, in one picture: an axis a unit, or each by its own range.

import { ActionIcon, Switch, useComputedColorScheme } from '@mantine/core';
import { useMemo, useRef } from 'react';
import type { SignalName } from '../../api/signals';
import { TrendChart, type Line } from '../../charts';
import type { Engine } from '../../charts/engine';
import { normalised } from '../../charts/series';
import { Icon, type IconName } from '../../components/icons';
import { SliceTable } from '../../components/slice_table';
import { toastFailed } from '../../components/undo_toast';
import { LoadError } from '../../components/trouble';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { formatDateTime } from '../../time/format';
import type { Choice, Window } from '../../time/windows';
import { useCursor } from '../../timeline/cursor';
import { useSlices, useTile } from '../../timeline/use_tiles';
import { useView } from '../../timeline/use_view';
import { timeAt, zoomed, type View } from '../../timeline/view';
import { fileName, slicesCsv } from './csv';
import { download } from './download';
import { ExportMenu } from './export_menu';
import { drawable, type FoundSignal } from './listing';
import { pictureOf } from './picture';
import type { SignalsView } from './search';
import classes from './compare_card.module.css';

interface Props {
  found: readonly FoundSignal[];
  shown: SignalsView;
  window: Window;
  /** Names the choice the window was made from. */
  chosen: string;
  zone: string;
  onShow: (change: Partial<SignalsView>) => void;
  onToggle: (name: SignalName) => void;
}

export function CompareCard({ found, shown, window, chosen, zone, onShow, onToggle }: Props) {
  const { t } = useWords();
  const { name: site } = useSite();
  const scheme = useComputedColorScheme('light');
  const bounds = useMemo<View>(() => ({ from: window.from, to: window.to }), [window.from, window.to]);
  const [view, setView] = useView(bounds, chosen);
  const tile = useTile(view, bounds);
  const cursor = useCursor();
  const engine = useRef<Engine | null>(null);
  const drawn = found.filter(({ signal }) => drawable(signal));
  const others = found.filter(({ signal }) => !drawable(signal));
  const answers = useSlices(drawn.map(({ name }) => name), tile);
  const known = drawn.map(({ name, machine, signal }) => [name, machine.name, signal.unit ?? ''].join('\u0001')).join('\n');
  const places = shown.chosen.join(',');
  const lines = useMemo(
    () =>
      drawn.map(
        ({ name, machine, signal }, i): Line => ({
          id: name,
          label: `${machine.name} · ${signal.id}`,
          unit: signal.unit ?? '',
          slices: answers[i]!.slices,
          place: Math.max(0, shown.chosen.indexOf(name)),
        }),
      ),
    [known, places, answers],
  );
  const pictured = useMemo(() => (shown.normalise ? lines.map((line) => normalised(line, view.from, view.to)) : lines), [lines, shown.normalise, view.from, view.to]);
  const failed = answers.find(({ error }) => error !== null)?.error;
  const zoom = (factor: number) => () => setView(zoomed(view, factor, timeAt(0.5, view, 1), bounds));
  const whole = view.from === bounds.from && view.to === bounds.to;
  const button = (icon: IconName, label: string, act: () => void, disabled = false) => (
    <ActionIcon variant="default" className={classes.button} aria-label={label} title={label} disabled={disabled} onClick={act}>
      <Icon name={icon} />
    </ActionIcon>
  );
  const asWindow: Choice = { kind: 'custom', from: view.from, to: view.to };
  const span = `${formatDateTime(view.from, zone)} – ${formatDateTime(view.to, zone)} (${zone})`;

  async function savePicture() {
    if (engine.current === null) return;
    const picture = await pictureOf(engine.current, pictured, [site, t('nav.signals')].filter(Boolean).join(' · '), span, scheme);
    if (picture !== null) download([picture], 'image/png', fileName('signals', view, zone, 'png'));
  }

  return (
    <section className="card" data-compare>
      <div className={classes.heading}>
        <h2>{t('signals_page.compare')}</h2>
        <div className={classes.tools}>
          <Switch size="md" label={t('signals_page.normalise')} checked={shown.normalise} onChange={() => onShow({ normalise: !shown.normalise })} classNames={{ body: classes.switch }} />
          <Switch size="md" label={t('signals_page.panels')} checked={shown.panels} onChange={() => onShow({ panels: !shown.panels })} classNames={{ body: classes.switch }} />
          {button('plus', t('timeline.zoomIn'), zoom(0.5))}
          {button('minus', t('timeline.zoomOut'), zoom(2))}
          {button('fit', t('timeline.reset'), () => setView(bounds), whole)}
          {button('calendar', t('window.fromView'), () => onShow({ choice: asWindow }), whole)}
          <ExportMenu
            source={{ signals: found.map(({ name }) => name), view, window: bounds, zone }}
            onPicture={() => void savePicture().catch((error: unknown) => toastFailed(error))}
            onSlices={() => download([slicesCsv(lines, view, zone)], 'text/csv;charset=utf-8', fileName('signals', view, zone, 'csv'))}
            drawn={lines.length > 0}
          />
        </div>
      </div>
      {others.length > 0 && <p className="dim">{t('signals_page.notDrawn', { names: others.map(({ name }) => name).join('、') })}</p>}
      {lines.length === 0 ? null : failed && lines.every(({ slices }) => slices.at.length === 0) ? (
        <LoadError error={failed} onRetry={() => onShow({})} />
      ) : (
        <>
          <TrendChart
            lines={pictured}
            view={view}
            bounds={bounds}
            onView={setView}
            cursor={cursor}
            zone={zone}
            label={t('signals_page.compare')}
            panels={shown.panels && !shown.normalise}
            panelHeight={shown.panels && !shown.normalise ? 140 : 340}
            real={shown.normalise ? lines : undefined}
            onRemove={onToggle}
            onEngine={(started) => {
              engine.current = started;
            }}
          />
          <p className={classes.hint}>
            {shown.normalise ? t('signals_page.normalised') : t('trend.explain')} <span className="number">{span}</span>
          </p>
          <SliceTable lines={lines} view={view} zone={zone} />
        </>
      )}
    </section>
  );
}
