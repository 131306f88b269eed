// Step 4: the first true tile, live, and what comes next.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { machinesQuery } from '../../api/queries';
import { Icon, type IconName } from '../../components/icons';
import { Loaded } from '../../components/loaded';
import { SkeletonTiles } from '../../components/skeletons';
import { useWords } from '../../i18n';
import { MachineTile } from '../floor/machine_tile';
import classes from './welcome.module.css';

const further = [
  { to: '/connections/new', tab: null, icon: 'plus', key: 'welcome.nextMachine' },
  { to: '/settings', tab: 'calendar', icon: 'calendar', key: 'welcome.nextCalendar' },
  { to: '/settings', tab: 'reasons', icon: 'edit', key: 'welcome.nextReasons' },
  { to: '/board', tab: null, icon: 'board', key: 'welcome.nextBoard' },
] as const satisfies readonly { to: string; tab: string | null; icon: IconName; key: string }[];

export function DoneStep({ machine }: { machine: string | null }) {
  const { t } = useWords();
  const machines = useQuery(machinesQuery);
  return (
    <section className={`card ${classes.step}`} data-welcome-done>
      <div>
        <h2 className={classes.title}>{(machines.data ?? []).length > 0 ? t('welcome.done') : t('welcome.doneEmpty')}</h2>
        <p className={classes.text}>{(machines.data ?? []).length > 0 ? t('welcome.doneText') : t('welcome.doneEmptyText')}</p>
      </div>
      <Loaded query={machines} skeleton={<SkeletonTiles count={1} />}>
        {(all) => {
          const first = all.find(({ id }) => id === machine) ?? all.at(-1);
          return first === undefined ? null : (
            <div className={classes.tile}>
              <MachineTile id={first.id} name={first.name} state={first.state} target={null} achievement={null} />
            </div>
          );
        }}
      </Loaded>
      <div>
        <h3 className={classes.nextTitle}>{t('welcome.further')}</h3>
        <ul className={classes.further}>
          {further.map(({ to, tab, icon, key }) => (
            <li key={key}>
              <Link to={to} search={tab === null ? {} : { tab }} className={classes.furtherLink}>
                <Icon name={icon} />
                {t(key)}
              </Link>
            </li>
          ))}
        </ul>
      </div>
      <div className={classes.actions}>
        <Button component={Link} to="/" size="md" rightSection={<Icon name="next" />}>
          {t('welcome.toFloor')}
        </Button>
      </div>
    </section>
  );
}
