// What was going on at one moment of the timeline.

import type { TimelineItem } from '../api/types';
import { instantOf, ratio, seconds, secondsBetween, type Instant } from '../api/units';
import { StateIcon } from '../components/state_icon';
import { useWords } from '../i18n';
import { readingAt } from '../charts/series';
import { formatClock, formatDateTime, formatDuration, formatNumber, formatPercent } from '../time/format';
import { incidentsIn } from './incidents';
import { itemAt, type TimelineModel } from './model';
import type { SignalLane } from './signal_lanes';
import { partsIn } from './steps';
import { indexAt, lowerBound } from './tracks';
import classes from './timeline_view.module.css';

/** Reason, alarm and the rest of what an interval carries, as label and text. */
export function useDetailLines(): (item: TimelineItem) => [string, string][] {
  const { t } = useWords();
  return ({ detail, physical, booked }) => {
    const lines: [string, string | null | undefined][] = [
      [t('detail.reason'), detail.reason],
      [t('detail.alarm'), [detail.alarm_code, detail.alarm_text].filter(Boolean).join(' ')],
      [t('detail.program'), detail.program],
      [t('detail.work_order'), detail.work_order],
      [t('detail.operator'), detail.operator],
    ];
    if (booked !== undefined && physical !== undefined && booked !== physical)
      lines.push([t('timeline.state'), t('timeline.booked', { booked: t(`state.${booked}`), physical: t(`state.${physical}`) })]);
    return lines.filter((line): line is [string, string] => Boolean(line[1]));
  };
}

/** How near to the pointer an incident has to be, to be told. */
const incidentPx = 9;
const incidentsTold = 3;

interface Props {
  model: TimelineModel;
  signals: readonly SignalLane[];
  at: Instant;
  /** How much time one pixel is, in milliseconds. */
  perPx: number;
  /** How much time one bar of the parts is, in milliseconds. */
  binMs: number;
  zone: string;
}

export function TimelineTip({ model, signals, at, perPx, binMs, zone }: Props) {
  const { t, duration } = useWords();
  const detailLines = useDetailLines();
  const index = indexAt(model.states, at);
  const item = index < 0 ? undefined : itemAt(model, index);
  const several = lowerBound(model.states.from, at + perPx) - lowerBound(model.states.from, at) > 1;
  const lines = item === undefined || several ? [] : detailLines(item);
  const named = new Set(lines.map(([label]) => label));
  for (const { name, track } of model.texts) {
    const text = track.texts[track.kind[indexAt(track, at)] ?? -1];
    if (text !== undefined && !named.has(t(`timeline.${name}`)) && !lines.some(([, said]) => said === text))
      lines.push([t(`timeline.${name}`), text]);
  }
  const alarmIndex = [0, -2, 2].map((px) => indexAt(model.alarms, at + px * perPx)).find((found) => found >= 0);
  const alarm = alarmIndex === undefined ? undefined : model.answer.alarms[model.alarms.place[alarmIndex] ?? -1];
  if (alarm !== undefined && !lines.some(([label]) => label === t('detail.alarm'))) {
    const text = [alarm.code, alarm.text, alarm.to === null ? `（${t('timeline.activeAlarm')}）` : ''].filter(Boolean).join(' ');
    lines.push([t('detail.alarm'), text]);
  }
  for (const place of incidentsIn(model.incidents, at - incidentPx * perPx, at + incidentPx * perPx).slice(0, incidentsTold)) {
    const incident = model.answer.incidents[place];
    if (incident !== undefined) lines.push([t(`incident.${incident.kind}`), incident.note]);
  }
  for (const signal of signals) lines.push([signal.id, signalText(signal, at)]);
  const bin = Math.floor(at / binMs) * binMs;
  const parts = partsIn(model.steps, bin, bin + binMs);

  return (
    <>
      <div className="number dim">{formatDateTime(at, zone)}</div>
      {item === undefined ? (
        <div>{t('timeline.none')}</div>
      ) : several ? (
        <div>{t('timeline.several', { count: lowerBound(model.states.from, at + perPx) - lowerBound(model.states.from, at) })}</div>
      ) : (
        <>
          <div className={classes.tipState} style={{ color: `var(--ink-${item.state})` }}>
            <StateIcon state={item.state} size={20} />
            {t(`state.${item.state}`)}
            <span className="number">{formatDuration(secondsBetween(instantOf(item.from), instantOf(item.to)), duration)}</span>
          </div>
          <div className="number">
            {formatClock(instantOf(item.from), zone)} – {formatClock(instantOf(item.to), zone)}
          </div>
        </>
      )}
      {lines.map(([label, text], place) => (
        <div key={`${place} ${label}`}>
          <span className="dim">{label}</span> {text}
        </div>
      ))}
      {parts > 0 && <div className="number">{t('timeline.binParts', { count: parts, span: formatDuration(seconds(binMs / 1000), duration) })}</div>}
    </>
  );
}

/** What a signal's lane shows at a moment. */
function signalText(signal: SignalLane, at: number): string {
  if (signal.style === 'trend') {
    const reading = readingAt(signal.slices, at);
    if (reading === null) return '—';
    const range = reading.max > reading.min ? ` (${formatNumber(reading.min)} … ${formatNumber(reading.max)})` : '';
    return `${formatNumber(reading.avg)} ${signal.unit}${range}`;
  }
  if (signal.shares !== null) {
    const share = readingAt(signal.shares, at);
    return share === null ? '—' : `${signal.track.texts[1] ?? ''} ${formatPercent(ratio(share.avg))}`;
  }
  return signal.track.texts[signal.track.kind[indexAt(signal.track, at)] ?? -1] ?? '—';
}
