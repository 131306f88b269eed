// One machine on the floor, as a large tile or as a row of a crowded floor. The band is the andon:
// colour, shape and word of the state.

import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { Target } from '../../api/overview';
import type { Ratio } from '../../api/units';
import { Stopwatch } from '../../components/moments';
import { StateIcon } from '../../components/state_icon';
import { useWords } from '../../i18n';
import { useMachinePart } from '../../state/machines';
import type { MachineState } from '../../state/states';
import { formatPercent } from '../../time/format';
import { isTrouble, stopText, workText } from './detail_text';
import { Band, Doing, Name, Newest, Parts, Plan, TodayBar, Utilization } from './tile_parts';
import classes from './machine_tile.module.css';
import rows from './machine_row.module.css';

export interface TileProps {
  id: string;
  name: string;
  state: MachineState;
  target: Target | null;
  achievement: Ratio | null;
}

export const MachineTile = memo(function MachineTile({ id, name, state, target, achievement }: TileProps) {
  const { t } = useWords();
  return (
    <article className={classes.tile} data-state={state} data-machine={id}>
      <Band id={id} state={state} />
      <div className={classes.body}>
        <Name id={id} name={name} />
        <Doing id={id} state={state} />
        <dl className={classes.figures}>
          <div>
            <dt>{t('tile.utilization')}</dt>
            <dd className="number">
              <Utilization id={id} />
            </dd>
          </div>
          <div>
            <dt>{t('tile.parts')}</dt>
            <dd className="number">
              <Parts id={id} />
            </dd>
          </div>
          <div>
            <dt>{t('tile.age')}</dt>
            <dd className={classes.age}>
              <Newest id={id} />
            </dd>
          </div>
        </dl>
        <Plan id={id} target={target} achievement={achievement} />
        <TodayBar id={id} />
      </div>
    </article>
  );
});

const RowText = memo(function RowText({ id, state }: { id: string; state: MachineState }) {
  const { t } = useWords();
  const machine = useMachinePart(id, ({ detail, booked }) => ({ detail, booked }));
  if (machine === undefined) return null;
  const { detail, booked } = machine;
  const text = [booked ? t('tile.booked', { what: t(`state.${booked.state}`) }) : '', stopText(state, detail) || workText(detail)]
    .filter((piece) => piece !== '')
    .join(' · ');
  return (
    <span className={rows.text} data-trouble={isTrouble(state) || undefined} title={text}>
      {text}
    </span>
  );
});

function RowSince({ id }: { id: string }) {
  const since = useMachinePart(id, (machine) => machine.since) ?? null;
  return <Stopwatch since={since} />;
}

export const MachineRow = memo(function MachineRow({ id, name, state, achievement }: TileProps) {
  const { t } = useWords();
  const stripes = state === 'offline' || state === 'estop' ? `stripes-${state}` : '';
  return (
    <article className={rows.row} data-state={state} data-machine={id}>
      <span className={`${rows.state} ${stripes}`} style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }}>
        <StateIcon state={state} size="1.25rem" />
        <span>{t(`state.${state}`)}</span>
      </span>
      <h3 className={rows.name}>
        <Link to="/machines/$id" params={{ id }} className={classes.link}>
          {name}
        </Link>
      </h3>
      <RowText id={id} state={state} />
      <span className={`${rows.since} duration`} title={t('tile.duration')}>
        <RowSince id={id} />
      </span>
      <span className={`${rows.number} number`} data-label={t('tile.parts')}>
        <span><Parts id={id} /></span>
      </span>
      <span className={`${rows.number} number`} data-label={t('shift.achievement')}>
        <span>{achievement === null ? '—' : formatPercent(achievement, 0)}</span>
      </span>
      <span className={`${rows.number} number`} data-label={t('tile.utilization')}>
        <span><Utilization id={id} /></span>
      </span>
      <span className={rows.age} data-label={t('tile.age')}>
        <Newest id={id} />
      </span>
    </article>
  );
});
