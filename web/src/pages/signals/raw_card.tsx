// Each value of one signal as it came, page by page, oldest first.

import { NativeSelect } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { rawQuery, type SignalName } from '../../api/signals';
import { instantOf } from '../../api/units';
import { EmptyState } from '../../components/empty_state';
import { ExportButton } from '../../components/export_dialog';
import { LightShape } from '../../components/lights';
import { Loaded } from '../../components/loaded';
import { Pager } from '../../components/pager';
import { qualityLight, useValueText } from '../../components/signal_text';
import tables from '../../components/tables.module.css';
import { useWords } from '../../i18n';
import { formatDateTime } from '../../time/format';
import type { Window } from '../../time/windows';
import type { FoundSignal } from './listing';
import classes from './compare_card.module.css';

const rowsPerPage = 100;

interface Props {
  found: readonly FoundSignal[];
  of: SignalName | null;
  window: Window;
  zone: string;
  onOf: (of: SignalName) => void;
}

export function RawCard({ found, of, window, zone, onOf }: Props) {
  const { t } = useWords();
  const shown = found.find(({ name }) => name === of) ?? found[0];
  if (shown === undefined) return null;
  return (
    <section className="card" data-raw>
      <div className={classes.heading}>
        <h2>{t('signals_page.raw')}</h2>
        <div className={classes.tools}>
          <NativeSelect
            size="md"
            classNames={{ input: classes.select }}
            aria-label={t('signals_page.of')}
            value={shown.name}
            onChange={(event) => onOf(event.currentTarget.value)}
            data={found.map(({ name, machine, signal }) => ({ value: name, label: `${machine.name} · ${signal.id}` }))}
          />
          <ExportButton signals={found.map(({ name }) => name)} window={window} zone={zone} />
        </div>
      </div>
      <RawRows key={`${shown.name} ${window.from} ${window.live ? '' : window.to}`} of={shown} window={window} zone={zone} />
    </section>
  );
}

function RawRows({ of, window, zone }: { of: FoundSignal; window: Window; zone: string }) {
  const { t } = useWords();
  const valueText = useValueText();
  // The window as it was when it was opened: pages that follow each other must be of one list.
  const [span] = useState({ from: window.from, to: window.to });
  const [cursors, setCursors] = useState<(string | null)[]>([null]);
  const page = cursors.length - 1;
  const query = useQuery(rawQuery(of.name, span, rowsPerPage, cursors[page] ?? null));
  const next = query.data?.next_cursor ?? null;
  return (
    <Loaded query={query} isEmpty={({ rows }) => rows.length === 0} empty={<EmptyState title={t('signals_page.noRows')} text={t('window.shown', { from: formatDateTime(span.from, zone), to: formatDateTime(span.to, zone), zone })} />}>
      {({ rows }) => (
        <>
          <table className={tables.table} aria-label={`${of.machine.name} · ${of.signal.id}`}>
            <thead>
              <tr>
                <th>{t('trend.time')}</th>
                <th className={tables.right}>{t('signals.value')}</th>
                <th>{t('signals.quality')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(([at, value, quality], place) => (
                <tr key={`${at} ${place}`}>
                  <td className="number">
                    {formatDateTime(instantOf(at), zone)}
                    <span className="dim">.{(/\.(\d+)/.exec(at)?.[1] ?? '000').padEnd(3, '0').slice(0, 6)}</span>
                  </td>
                  <td className={`${tables.right} number`}>
                    <strong>{valueText(value)}</strong> {of.signal.unit}
                  </td>
                  <td>
                    <span className={tables.state}>
                      <LightShape status={qualityLight[quality] ?? 'unknown'} />
                      {t(`quality.${quality}`)}
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
          <Pager
            page={page}
            pages={null}
            more={next !== null}
            busy={query.isPlaceholderData}
            onPage={(to) => setCursors(to > page ? [...cursors, next] : cursors.slice(0, Math.max(1, to + 1)))}
          />
        </>
      )}
    </Loaded>
  );
}
