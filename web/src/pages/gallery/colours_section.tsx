// The states in every form they take, and the palette as other eyes see it.

import { LightShape } from '../../components/lights';
import { StateIcon } from '../../components/state_icon';
import { StatePill } from '../../components/state_pill';
import { useWords } from '../../i18n';
import { machineStates } from '../../state/states';
import { statePaint } from '../../theme/palette';
import { seenAs, visionNames } from '../../theme/vision';
import classes from './gallery.module.css';
import { Section, Specimen } from './specimen';

const lights = ['ok', 'warn', 'down', 'unknown'] as const;

export function ColoursSection() {
  const { t } = useWords();
  return (
    <Section id="states" title={t('gallery.states')} note={t('gallery.statesNote')}>
      <div className={classes.states}>
        {machineStates.map((state) => (
          <div key={state} className={classes.state}>
            <StatePill state={state} size="large" />
            <span style={{ color: `var(--ink-${state})` }} className={classes.ink}>
              <StateIcon state={state} size={28} />
              {t(`state.${state}`)}
            </span>
            <code>{statePaint[state].fill}</code>
          </div>
        ))}
      </div>
      <Specimen name={t('gallery.sizes')} wide>
        <div className={classes.row}>
          <StatePill state="run" size="small" />
          <StatePill state="run" />
          <StatePill state="run" size="large" />
          <StatePill state="estop" iconOnly />
          <StatePill state="offline" iconOnly />
        </div>
      </Specimen>
      <Specimen name={t('gallery.lights')} wide>
        <div className={classes.row}>
          {lights.map((light) => (
            <span key={light} className={classes.ink}>
              <LightShape status={light} size={16} />
              {t(`light.${light}`)}
            </span>
          ))}
        </div>
      </Specimen>
      <Specimen name={t('gallery.vision')} wide>
        <div className={classes.visions}>
          {visionNames.map((vision) => (
            <div key={vision} className={classes.vision}>
              <span className="dim">{t(`vision.${vision}`)}</span>
              <div className={classes.swatches}>
                {machineStates.map((state) => (
                  <span key={state} style={{ background: seenAs(statePaint[state].fill, vision), color: seenAs(statePaint[state].on, vision) }}>
                    <StateIcon state={state} size={20} />
                  </span>
                ))}
              </div>
            </div>
          ))}
        </div>
      </Specimen>
    </Section>
  );
}
