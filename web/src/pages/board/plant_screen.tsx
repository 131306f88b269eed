// Six numbers of the plant, or of the group the board is for, in the present shift.

import { useQuery } from '@tanstack/react-query';
import { useMemo, type ReactNode } from 'react';
import { groupKpiQuery, wholePlant } from '../../api/overview';
import { instant, instantOf, type Ratio } from '../../api/units';
import { useWords } from '../../i18n';
import { useNow } from '../../state/clock';
import { useMachineIndex } from '../../state/machines';
import { useSite } from '../../state/site';
import { plannedParts } from '../../components/plan_bar';
import { formatClock, formatNumber, formatPercent } from '../../time/format';
import { inGroup } from '../floor/sections';
import { Digits, Percent } from './big';
import type { ShiftData } from './screens';
import classes from './plant_screen.module.css';

const stepMs = 60_000;

function Number({ name, note, low, children }: { name: string; note: string; low?: boolean; children: ReactNode }) {
  return (
    <article className={classes.number}>
      <h3>{name}</h3>
      {children}
      <p className="number" data-low={low || undefined}>
        {note}
      </p>
    </article>
  );
}

export function PlantScreen({ group, data, alarms }: { group: string | undefined; data: ShiftData; alarms: number }) {
  const { t } = useWords();
  const { timezone } = useSite();
  const now = useNow();
  const { data: machines } = useMachineIndex();
  const { shift, overview } = data;
  const from = shift === undefined ? instant(0) : instantOf(shift.from);
  // Whole minutes: an answer a minute, and no more to keep.
  const minute = Math.floor(now / stepMs) * stepMs;
  const to = instant(Math.max(from + stepMs, Math.min(minute, shift === undefined ? stepMs : instantOf(shift.to))));
  const kpi = useQuery({ ...groupKpiQuery(group ?? wholePlant, { from, to }), enabled: shift !== undefined }).data;
  const sums = overview?.groups?.find(({ path }) => path === (group ?? wholePlant));
  const mine = useMemo(() => (machines ?? []).filter((each) => inGroup(each.group, group)), [machines, group]);
  const running = mine.filter(({ state }) => state === 'run').length;
  const silent = mine.filter(({ state }) => state === 'offline').length;
  const window = shift === undefined ? '' : `${shift.name} ${formatClock(from, timezone, false)}–${formatClock(to, timezone, false)}`;
  const low = kpi?.coverage != null && kpi.coverage < 0.95;
  return (
    <div className={classes.numbers}>
      <Number name={t('tile.utilization')} note={`${t('formula.availability')} · ${window}`}>
        <Percent share={kpi?.availability ?? null} />
      </Number>
      <Number
        name={t('shift.achievement')}
        note={
          sums?.target
            ? `${t('board.achieved', { target: formatNumber(plannedParts(sums.target.now)) })}${sums.target_machines < sums.machines ? ` · ${t('groups.targetsOf', { some: sums.target_machines, all: sums.machines })}` : ''}`
            : t('shift.noTarget')
        }
      >
        <Percent share={sums?.achievement ?? null} />
      </Number>
      <Number name={t('state.run')} low={silent > 0} note={silent > 0 ? t('board.silent', { count: silent }) : t('board.allHeard')}>
        <Digits unit={`/ ${mine.length}`}>{String(running)}</Digits>
      </Number>
      <Number name={t('figure.oee')} note={kpi?.oee == null ? (kpi?.why['oee'] ?? t('formula.oee')) : t('formula.oee')}>
        <Percent share={kpi?.oee ?? null} />
      </Number>
      <Number name={t('board.page.alarms')} note={t('board.alarmsNow')}>
        <Digits>{formatNumber(alarms)}</Digits>
      </Number>
      <Number
        name={t('figure.coverage')}
        low={low}
        note={low && kpi?.coverage != null ? t('figures.lowCoverage') : kpi?.availability_known != null ? t('board.known', { share: formatPercent(kpi.availability_known as Ratio) }) : t('formula.coverage')}
      >
        <Percent share={kpi?.coverage ?? null} />
      </Number>
    </div>
  );
}
