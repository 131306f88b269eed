// Quantities of the machine as trends, on the time of the timeline above.

import { useMemo } from 'react';
import { isNumeric, signalName } from '../../api/signals';
import { TrendChart, linesMax, type Line } from '../../charts';
import { letterScale } from '../../charts/use_size';
import { ExportButton } from '../../components/export_dialog';
import { SignalChooser } from '../../components/signal_chooser';
import { useRoleText } from '../../components/signal_text';
import { LoadError } from '../../components/trouble';
import { SliceTable } from '../../components/slice_table';
import { useWords } from '../../i18n';
import { useSlices, useTile } from '../../timeline/use_tiles';
import { pickedTrends } from './picked_trends';
import type { HistoryProps } from './timeline_card';
import classes from './timeline_card.module.css';

/** The same room beside the plot as the timeline leaves for the names of its lanes. */
const gutterPx = () => (window.matchMedia('(max-width: 48em)').matches ? 3.75 : 5.5) * 16 * letterScale();

export function TrendsCard({ machine, view, onView, bounds, cursor, onPick, shown, onShow, zone }: HistoryProps) {
  const { t } = useWords();
  const roleText = useRoleText();
  const quantities = machine.signals.filter(({ type }) => isNumeric(type));
  const chosen = (shown.trends ?? pickedTrends(machine.signals)).filter((id) => quantities.some((signal) => signal.id === id));
  const tile = useTile(view, bounds);
  const answers = useSlices(chosen.map((id) => signalName(machine.id, id)), tile);
  const units = chosen.map((id) => quantities.find((signal) => signal.id === id)?.unit ?? '').join('\n');
  const lines = useMemo(
    () => chosen.map((id, place): Line => ({ id, label: id, unit: units.split('\n')[place] ?? '', slices: answers[place]!.slices, place })),
    [chosen.join('\n'), units, answers],
  );
  const toggle = (id: string) => onShow({ trends: chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id] });
  const failed = answers.find(({ error }) => error !== null);
  if (quantities.length === 0) return null;
  return (
    <section className="card" data-trends>
      <div className={classes.heading}>
        <h2>{t('trend.title')}</h2>
        <div className={classes.buttons}>
          <ExportButton signals={chosen.map((id) => signalName(machine.id, id))} view={view} window={bounds} zone={zone} />
          <SignalChooser
            label={t('trend.choose')}
            chosen={new Set(chosen)}
            onToggle={toggle}
            most={linesMax}
            groups={[{ options: quantities.map(({ id, role, unit }) => ({ id, label: id, note: [roleText(role), unit ?? ''].filter(Boolean).join(' · ') })) }]}
          />
        </div>
      </div>
      {chosen.length === 0 ? (
        <p className="dim">{t('trend.none')}</p>
      ) : failed?.error && lines.every(({ slices }) => slices.at.length === 0) ? (
        <LoadError error={failed.error} onRetry={() => onShow({})} />
      ) : (
        <>
          <TrendChart lines={lines} view={view} bounds={bounds} onView={onView} cursor={cursor} zone={zone} label={t('trend.title')} gutter={gutterPx()} panels onPick={onPick} onRemove={toggle} />
          <p className={classes.hint}>{t('trend.explain')}</p>
          <SliceTable lines={lines} view={view} zone={zone} />
        </>
      )}
    </section>
  );
}
