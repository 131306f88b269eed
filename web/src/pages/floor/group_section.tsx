// A group of the floor: its sums in the heading, its machines below; folded, the states still tell.

import { Link } from '@tanstack/react-router';
import { memo, type CSSProperties } from 'react';
import type { OverviewGroup } from '../../api/overview';
import { Icon } from '../../components/icons';
import { StateIcon } from '../../components/state_icon';
import { useWords } from '../../i18n';
import { formatPercent } from '../../time/format';
import { countsOf, type Entry } from './grouping';
import { MachineRow, MachineTile } from './machine_tile';
import { spoken, type Section } from './sections';
import type { Plans } from './use_floor';
import classes from './floor_page.module.css';

function Sums({ section, sums }: { section: Section<Entry>; sums: OverviewGroup | undefined }) {
  const { t } = useWords();
  const running = section.items.filter(({ state }) => state === 'run').length;
  return (
    <span className={`${classes.sums} number`}>
      <strong>{t('floor.runningOf', { running, count: section.items.length })}</strong>
      {sums !== undefined && sums.availability !== null && (
        <span title={`${t('tile.denominator')} · ${t('floor.today')}`}>{t('floor.groupUtilization', { share: formatPercent(sums.availability) })}</span>
      )}
      {sums !== undefined && sums.achievement !== null && <span>{t('floor.groupAchievement', { share: formatPercent(sums.achievement, 0) })}</span>}
    </span>
  );
}

function States({ section }: { section: Section<Entry> }) {
  const { t } = useWords();
  return (
    <ul className={classes.states}>
      {countsOf(section.items).map(({ state, count }) => (
        <li key={state}>
          <span className={state === 'offline' || state === 'estop' ? `stripes-${state}` : ''} style={{ backgroundColor: `var(--fill-${state})`, color: `var(--on-${state})` }}>
            <StateIcon state={state} size={18} />
          </span>
          {t(`state.${state}`)} <b className="number">{count}</b>
        </li>
      ))}
    </ul>
  );
}

interface Props {
  section: Section<Entry>;
  columns: number;
  rows: boolean;
  plans: Plans;
  closed: boolean;
  onFold: (path: string) => void;
}

export const GroupSection = memo(function GroupSection({ section, columns, rows, plans, closed, onFold }: Props) {
  const { t } = useWords();
  const { path, items } = section;
  const flat = path === '*';
  const name = flat ? t('floor.allMachines') : path === '' ? t('floor.noGroup') : spoken(path);
  const One = rows ? MachineRow : MachineTile;
  return (
    <section
      className={classes.group}
      data-group={path}
      style={{ '--span': closed || rows || flat ? columns : Math.min(columns, items.length) } as CSSProperties}
    >
      <div className={classes.groupHeading}>
        <h2>
          <button type="button" className={classes.fold} aria-expanded={!closed} onClick={() => onFold(path)}>
            <Icon name={closed ? 'next' : 'down'} size={18} />
            {name}
          </button>
        </h2>
        {!flat && path !== '' && (
          <Link to="/groups/$" params={{ _splat: path }} className={classes.toGroup} aria-label={t('floor.toGroup', { group: name })} title={t('floor.toGroup', { group: name })}>
            <Icon name="plant" size={18} />
          </Link>
        )}
        <Sums section={section} sums={plans.groups.get(path)} />
      </div>
      {closed ? (
        <States section={section} />
      ) : (
        <div className={rows ? classes.rows : classes.tiles}>
          {items.map(({ id, name: machine, state }) => {
            const plan = plans.machines.get(id);
            return <One key={id} id={id} name={machine} state={state} target={plan?.target ?? null} achievement={plan?.achievement ?? null} />;
          })}
        </div>
      )}
    </section>
  );
});
