// What signals said in the part of the window that is looked at, as lines or as lanes. While a view
// moves nothing is asked for; what was there stays until the next answer.

import { useQueries, type UseQueryResult } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { isNumeric, noSlices, signalName, slicesQuery, spansQuery, type ValueSpans } from '../api/signals';
import type { Signal } from '../api/types';
import type { Slices } from '../charts/series';
import { useValueText } from '../components/signal_text';
import { useWords } from '../i18n';
import { spanTrack, trendLane, type SignalLane } from './signal_lanes';
import { slicesPerTile, tileOf } from './tiles';
import type { View } from './view';

const calmMs = 150;

/** The tile of a view, once the view has stood still for a moment. */
export function useTile(view: View, bounds: View): View {
  const tile = tileOf(view, bounds);
  const [calm, setCalm] = useState(tile);
  useEffect(() => {
    if (tile.from === calm.from && tile.to === calm.to) return undefined;
    const timer = setTimeout(() => setCalm(tile), calmMs);
    return () => clearTimeout(timer);
  }, [tile.from, tile.to, calm]);
  return calm;
}

export interface Loaded {
  slices: Slices;
  loading: boolean;
  error: Error | null;
}

const loadedSlices = (answers: UseQueryResult<Slices>[]): Loaded[] =>
  answers.map(({ data, isFetching, error }) => ({ slices: data ?? noSlices, loading: isFetching, error }));

const loadedSpans = (answers: UseQueryResult<ValueSpans>[]) => answers.map(({ data, isFetching }) => ({ data, loading: isFetching }));

/** Slices of each name (`machine/signal`), in the same order. */
export function useSlices(names: readonly string[], tile: View): Loaded[] {
  return useQueries({
    queries: names.map((name) => slicesQuery(name, tile, slicesPerTile(window.innerWidth))),
    combine: loadedSlices,
  });
}

/** Lanes of the signals of one machine that have one of their own. */
export function useSignalLanes(machine: string, signals: readonly Signal[], tile: View): SignalLane[] {
  const { language } = useWords();
  const textOf = useValueText();
  const quantities = signals.filter(({ type }) => isNumeric(type));
  const others = signals.filter(({ type }) => !isNumeric(type));
  const slices = useSlices(quantities.map(({ id }) => signalName(machine, id)), tile);
  const spans = useQueries({
    queries: others.map(({ id }) => spansQuery(signalName(machine, id), tile)),
    combine: loadedSpans,
  });
  // A switch that changes too often to be told span by span is told by how much it was on.
  const busy = others.filter(({ type }, place) => type === 'bool' && spans[place]?.data?.cut != null);
  const shares = useSlices(busy.map(({ id }) => signalName(machine, id)), tile);
  // Values change each second; lanes only with what they are made of.
  const known = signals.map(({ id, type, unit }) => `${id} ${type} ${unit ?? ''}`).join('\n');
  return useMemo(
    () =>
      signals.map((signal): SignalLane => {
        const unit = signal.unit ?? '';
        const quantity = quantities.indexOf(signal);
        if (quantity >= 0) {
          const answer = slices[quantity];
          return trendLane(signal.id, unit, answer?.slices ?? noSlices, answer?.loading ?? true);
        }
        const answer = spans[others.indexOf(signal)];
        const style = signal.type === 'bool' ? 'switch' : 'text';
        const track = spanTrack(answer?.data ?? { items: [], cut: null }, style, textOf);
        const share = shares[busy.indexOf(signal)]?.slices ?? null;
        const told = share !== null && share.at.length > 0 ? share : null;
        return { id: signal.id, unit, style, track, cut: told === null ? (answer?.data?.cut ?? null) : null, shares: told, loading: answer?.loading ?? true };
      }),
    [known, slices, spans, shares, language],
  );
}
