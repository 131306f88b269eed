// The first run: from nothing to a first true tile in under two minutes, without a file. Each step is
// in force as soon as it is done, so it can be left at any time and come back to.

import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { plantQuery, type PlantSettings } from '../../api/plant';
import { Icon } from '../../components/icons';
import { Loaded } from '../../components/loaded';
import { Page } from '../../components/page';
import { SkeletonBlock } from '../../components/skeletons';
import { useWords } from '../../i18n';
import { DoneStep } from './done_step';
import { MachineStep } from './machine_step';
import { ShiftsStep } from './shifts_step';
import { SiteStep } from './site_step';
import { isDone, nextOf, stepOf, steps, type Step } from './steps';
import { useKept } from './use_kept';
import classes from './welcome.module.css';

function StepsBar({ now, plant, behind, onGo }: { now: Step; plant: PlantSettings; behind: readonly Step[]; onGo: (step: Step) => void }) {
  const { t } = useWords();
  return (
    <ol className={classes.bar} aria-label={t('welcome.steps')}>
      {steps.map((step, place) => {
        const done = isDone(step, plant, behind);
        return (
          <li key={step}>
            <button type="button" className={classes.barStep} aria-current={step === now ? 'step' : undefined} data-done={done || undefined} data-step={step} onClick={() => onGo(step)}>
              <span className={classes.mark}>{done ? <Icon name="check" size={18} /> : place + 1}</span>
              <span className={classes.barWord}>{t(`welcome_step.${step}`)}</span>
              {done && <span className="visually-hidden">{t('welcome.isDone')}</span>}
            </button>
          </li>
        );
      })}
    </ol>
  );
}

function Steps({ plant }: { plant: PlantSettings }) {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const [behind, setBehind] = useKept<Step[]>('behind', []);
  const now = stepOf(search, plant, behind);
  const machine = typeof search['machine'] === 'string' ? search['machine'] : null;
  const go = (step: Step, added?: string) => void navigate({ to: '/welcome', search: { step, ...(added !== undefined && { machine: added }) } });
  const pass = (added?: string) => {
    setBehind((before) => [...new Set([...before, now])]);
    go(nextOf(now), added);
  };
  return (
    <div className={classes.page}>
      <StepsBar now={now} plant={plant} behind={behind} onGo={(step) => go(step)} />
      {now === 'site' && <SiteStep plant={plant} onDone={() => pass()} onSkip={() => pass()} />}
      {now === 'shifts' && <ShiftsStep plant={plant} onDone={() => pass()} onSkip={() => pass()} />}
      {now === 'machine' && <MachineStep onDone={(id) => pass(id)} onSkip={() => pass()} />}
      {now === 'done' && <DoneStep machine={machine} />}
    </div>
  );
}

export function WelcomePage() {
  const { t } = useWords();
  const plant = useQuery(plantQuery);
  return (
    <Page title={t('welcome.title')} subtitle={t('welcome.subtitle')}>
      <Loaded query={plant} skeleton={<SkeletonBlock />}>
        {(data) => <Steps plant={data} />}
      </Loaded>
    </Page>
  );
}
