// The four connection lights, small. Colour and shape both say how each one is: a disc is well, a
// triangle wants attention, a cross is down, a ring is unknown.

import { lightNames, type Connection, type LightStatus } from '../api/types';
import { useWords } from '../i18n';
import { Icon } from './icons';
import classes from './lights.module.css';

export function LightShape({ status, size = 12 }: { status: LightStatus; size?: number }) {
  return (
    <svg viewBox="0 0 12 12" width={size} height={size} aria-hidden="true" style={{ color: `var(--light-${status})`, flex: 'none' }}>
      {status === 'ok' && <circle cx="6" cy="6" r="5" fill="currentColor" />}
      {status === 'warn' && <path d="M6 .8 11.6 11.2H.4z" fill="currentColor" />}
      {status === 'down' && <path d="M2 2l8 8M10 2l-8 8" stroke="currentColor" strokeWidth="3" strokeLinecap="round" />}
      {status === 'unknown' && <circle cx="6" cy="6" r="4.3" fill="none" stroke="currentColor" strokeWidth="2" />}
    </svg>
  );
}

export function Lights({ lights }: { lights: Connection['lights'] }) {
  const { t } = useWords();
  const words = lightNames.map((name) => `${t(`light.${name}`)} ${t(`light.${lights[name].status}`)}`);
  return (
    <span className={classes.lights} role="img" aria-label={`${t('light.all')}: ${words.join(', ')}`} title={words.join('\n')}>
      {lightNames.map((name) => (
        <span key={name} className={classes.light} data-status={lights[name].status}>
          <Icon name={name} size={18} />
          <LightShape status={lights[name].status} size={9} />
        </span>
      ))}
    </span>
  );
}
