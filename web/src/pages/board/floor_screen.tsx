// The machines of a group: what each does; how far one that runs is, how long one stands that does not.

import { memo } from 'react';
import type { OverviewMachine } from '../../api/overview';
import { StateIcon } from '../../components/state_icon';
import { PlanBar, plannedParts } from '../../components/plan_bar';
import { useWords } from '../../i18n';
import { useMachinePart } from '../../state/machines';
import { formatNumber } from '../../time/format';
import { stopText } from '../floor/detail_text';
import { Digits, Lasting } from './big';
import type { ShiftData } from './screens';
import classes from './floor_screen.module.css';

const Tile = memo(function Tile({ id, figures }: { id: string; figures: OverviewMachine | undefined }) {
  const { t } = useWords();
  const machine = useMachinePart(id, ({ name, state, since, detail }) => ({ name, state, since, detail }));
  if (machine === undefined) return null;
  const { name, state, since, detail } = machine;
  const running = state === 'run';
  const made = figures?.parts.total ?? null;
  const target = figures?.target ?? null;
  const stripes = state === 'offline' || state === 'estop' ? `stripes-${state}` : '';
  return (
    <article className={classes.tile} data-machine={id} data-state={state}>
      <div className={`${classes.band} ${stripes}`} style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }}>
        <StateIcon state={state} size="1.25em" />
        <span>{t(`state.${state}`)}</span>
      </div>
      <h3 className={classes.name}>{name}</h3>
      <div className={classes.main}>{running && made !== null ? <Digits unit={t('unit.parts')}>{formatNumber(made)}</Digits> : <Lasting since={since} />}</div>
      {running && made !== null && target !== null ? (
        <div className={classes.plan}>
          <PlanBar made={made} target={target} />
          <span className="number">{t('board.target', { parts: formatNumber(plannedParts(target.now)) })}</span>
        </div>
      ) : (
        <p className={classes.detail}>{stopText(state, detail) || t('board.lasting')}</p>
      )}
    </article>
  );
});

export function FloorScreen({ machines, data }: { machines: string[]; data: ShiftData }) {
  const figures = new Map(data.overview?.machines.map((each) => [each.id, each]));
  return (
    <div className={classes.floor} data-count={machines.length}>
      {machines.map((id) => (
        <Tile key={id} id={id} figures={figures.get(id)} />
      ))}
    </div>
  );
}
