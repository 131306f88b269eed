// Values of signals as a file of the box's making: which form, which time, every value or slices. The
// browser fetches it as any download, so that its size does not matter.

import { Button } from '@mantine/core';
import { useState } from 'react';
import { exportAddress, formats, hasLayouts, layouts, type Format, type Layout } from '../api/exchange';
import type { Span } from '../api/queries';
import type { SignalName } from '../api/signals';
import { useWords, type TextKey } from '../i18n';
import { serverNow } from '../state/clock';
import { pickerText, readCustom, type SpanErrors } from '../time/custom_span';
import { Choice } from './choice';
import { Dialog } from './dialog';
import classes from './export_dialog.module.css';
import { Icon } from './icons';
import { WindowText } from './page';
import { toastDone } from './undo_toast';

const pointChoices = ['200', '1000', '5000'] as const;

export interface ExportSource {
  signals: readonly SignalName[];
  /** How many they are, where one name stands for many. */
  count?: number;
  /** What is looked at, where that is a part of the window. */
  view?: Span;
  window: Span;
  zone: string;
}

type Range = 'view' | 'window' | 'custom';

function fetchFile(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  document.body.append(link);
  link.click();
  link.remove();
}

function Form({ signals, count = signals.length, view, window, zone, onDone }: ExportSource & { onDone: () => void }) {
  const { t } = useWords();
  const partial = view !== undefined && (view.from !== window.from || view.to !== window.to);
  const ranges: Range[] = [...(partial ? (['view'] as const) : []), 'window', 'custom'];
  const [format, setFormat] = useState<Format>('csv');
  const [range, setRange] = useState<Range>(partial ? 'view' : 'window');
  const [detail, setDetail] = useState<'all' | 'points'>('all');
  const [layout, setLayout] = useState<Layout>('long');
  const [points, setPoints] = useState<(typeof pointChoices)[number]>('1000');
  const [from, setFrom] = useState(() => pickerText((view ?? window).from, zone));
  const [to, setTo] = useState(() => pickerText((view ?? window).to, zone));
  const read = range === 'custom' ? readCustom(from, to, serverNow(), zone, Infinity) : null;
  const errors: SpanErrors = read !== null && 'errors' in read ? read.errors : {};
  const span = read === null ? (range === 'view' && view !== undefined ? view : window) : 'span' in read ? read.span : null;
  const every = format === 'bin' || detail === 'all';
  const save = () => {
    if (span === null) return;
    fetchFile(exportAddress({ signals, span, format, points: every ? null : Number(points), layout }));
    toastDone(t('download.started'));
    onDone();
  };
  const clock = (label: string, value: string, set: (value: string) => void, error: TextKey | undefined) => (
    <label className={classes.clock}>
      {label}
      <input type="datetime-local" value={value} aria-invalid={error !== undefined || undefined} onChange={(event) => set(event.currentTarget.value)} />
      {error !== undefined && <span className={classes.wrong}>{t(error)}</span>}
    </label>
  );
  return (
    <div className={classes.form} data-export-dialog>
      <div>
        <Choice label={t('download.format')} options={formats.map((value) => ({ value, word: t(`format.${value}`) }))} value={format} onChoose={setFormat} />
        <p className={classes.note}>{t(`format_note.${format}`)}</p>
      </div>
      <div>
        <Choice label={t('download.range')} options={ranges.map((value) => ({ value, word: t(`download_range.${value}`) }))} value={range} onChoose={setRange} />
        {range === 'custom' ? (
          <div className={classes.clocks}>
            {clock(t('window.from'), from, setFrom, errors.from)}
            {clock(t('window.to'), to, setTo, errors.to)}
            <span className={classes.note}>{t('app.zone', { zone })}</span>
          </div>
        ) : (
          <p className={classes.note}>{span !== null && <WindowText {...span} zone={zone} />}</p>
        )}
      </div>
      {format === 'bin' ? (
        <p className={classes.note}>{t('download.binAll')}</p>
      ) : (
        <div>
          <Choice label={t('download.detail')} options={(['all', 'points'] as const).map((value) => ({ value, word: t(`download_detail.${value}`) }))} value={detail} onChoose={setDetail} />
          <p className={classes.note}>{detail === 'all' ? t('download.allNote') : t('download.pointsNote')}</p>
          {detail === 'all' && hasLayouts(format) && <Choice label={t('download.layout')} options={layouts.map((value) => ({ value, word: t(`download_layout.${value}`) }))} value={layout} onChoose={setLayout} />}
          {detail === 'points' && <Choice label={t('download.points')} options={pointChoices.map((value) => ({ value, word: value }))} value={points} onChoose={setPoints} />}
        </div>
      )}
      <div className={classes.actions}>
        <span className="dim">{t('download.what', { count })}</span>
        <Button size="md" disabled={span === null} leftSection={<Icon name="download" />} onClick={save} data-action="download">
          {t('download.start')}
        </Button>
      </div>
    </div>
  );
}

export function ExportDialog({ opened, onClose, ...source }: ExportSource & { opened: boolean; onClose: () => void }) {
  const { t } = useWords();
  return (
    <Dialog opened={opened} onClose={onClose} title={t('download.title')} size="lg">
      <Form {...source} onDone={onClose} />
    </Dialog>
  );
}

/** A button that opens it, for a chart or a table whose signals these are. */
export function ExportButton(source: ExportSource) {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="default" size="md" leftSection={<Icon name="download" size={18} />} disabled={source.signals.length === 0} onClick={() => setOpen(true)} data-action="export">
        {t('export.open')}
      </Button>
      <ExportDialog {...source} opened={open} onClose={() => setOpen(false)} />
    </>
  );
}
