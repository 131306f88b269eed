// Every signal of every machine, to choose from; only what is on the screen is drawn.

import { Checkbox, TextInput } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import type { SignalName } from '../../api/signals';
import type { Machine } from '../../api/types';
import { LineSign } from '../../charts/line_sign';
import { linesMax } from '../../charts/colors';
import { EmptyState } from '../../components/empty_state';
import { Icon } from '../../components/icons';
import { LightShape } from '../../components/lights';
import { qualityLight, useRoleText, useValueText } from '../../components/signal_text';
import { useWords } from '../../i18n';
import { formatNumber } from '../../time/format';
import { drawable, listRows, type ListRow } from './listing';
import classes from './signal_list.module.css';

interface Props {
  machines: readonly Machine[];
  chosen: readonly SignalName[];
  query: string;
  onQuery: (query: string) => void;
  onToggle: (name: SignalName) => void;
}

const machinePx = 40;
const signalPx = 60;

export function SignalList({ machines, chosen, query, onQuery, onToggle }: Props) {
  const { t } = useWords();
  const roleText = useRoleText();
  const frame = useRef<HTMLDivElement>(null);
  // eslint-disable-next-line react-hooks/exhaustive-deps
  const rows = useMemo(() => listRows(machines, query, roleText), [machines, query, t]);
  const total = rows.filter(({ kind }) => kind === 'signal').length;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: (place) => (rows[place]?.kind === 'machine' ? machinePx : signalPx),
    overscan: 8,
  });
  return (
    <div className={classes.list}>
      <TextInput
        size="md"
        type="search"
        label={t('signal_list.search')}
        placeholder={t('signal_list.example')}
        leftSection={<Icon name="search" size={18} />}
        value={query}
        onChange={(event) => onQuery(event.currentTarget.value)}
      />
      <p className="dim number" role="status">
        {t('signal_list.count', { count: formatNumber(total), chosen: chosen.length, most: linesMax })}
      </p>
      {rows.length === 0 ? (
        <EmptyState icon="search" title={machines.length === 0 ? t('signal_list.noMachines') : t('chooser.none')} />
      ) : (
        <div ref={frame} className={classes.frame} tabIndex={0} role="group" aria-label={t('signal_list.title')} data-signal-list>
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
            {virtual.getVirtualItems().map(({ key, index, start, size }) => {
              const row = rows[index];
              return row === undefined ? null : (
                <div key={key} className={classes.row} style={{ height: size, transform: `translateY(${start}px)` }}>
                  <Row row={row} place={row.kind === 'signal' ? chosen.indexOf(row.name) : -1} full={chosen.length >= linesMax} onToggle={onToggle} />
                </div>
              );
            })}
          </div>
        </div>
      )}
    </div>
  );
}

function Row({ row, place, full, onToggle }: { row: ListRow; place: number; full: boolean; onToggle: (name: SignalName) => void }) {
  const { t } = useWords();
  const valueText = useValueText();
  const roleText = useRoleText();
  if (row.kind === 'machine')
    return (
      <div className={classes.machine}>
        <strong>{row.name}</strong>
        <span className="dim">{row.group}</span>
      </div>
    );
  const { name, signal } = row;
  const quality = signal.quality ?? 'unavailable';
  return (
    <Checkbox
      size="md"
      classNames={{ root: classes.signal, body: classes.body, labelWrapper: classes.words }}
      checked={place >= 0}
      disabled={place < 0 && full}
      onChange={() => onToggle(name)}
      data-choose={name}
      label={
        <span className={classes.label}>
          <span className={classes.name}>
            {place >= 0 && drawable(signal) && <LineSign place={place} width={22} />}
            {signal.id}
          </span>
          <span className={`${classes.value} number`}>
            <LightShape status={qualityLight[quality] ?? 'unknown'} size={10} />
            <span className="visually-hidden">{t(`quality.${quality}`)}</span>
            {valueText(signal.value)} {signal.unit}
          </span>
          <span className={classes.note}>{[roleText(signal.role), signal.address, signal.type].filter(Boolean).join(' · ')}</span>
        </span>
      }
    />
  );
}
