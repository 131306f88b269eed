// The menu at the left of a desktop: icon and word beside each other, or above each other when it is
// made slim. A narrow window is slim by itself.

import { useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { useWords } from '../../i18n';
import { Icon } from '../icons';
import { navEntries } from './entries';
import { NavLink } from './nav_link';
import classes from './nav.module.css';

export function SideNav() {
  const { t } = useWords();
  const [slim, setSlim] = useLocalStorage({ key: 'spindle.nav_slim', defaultValue: false, getInitialValueInEffect: false });
  const narrow = useMediaQuery('(max-width: 75em)', false, { getInitialValueInEffect: false });
  return (
    <nav className={classes.side} data-slim={slim || narrow || undefined} aria-label={t('nav.main')}>
      <ul>
        {navEntries.map((entry) => (
          <li key={entry.to}>
            <NavLink entry={entry} />
          </li>
        ))}
      </ul>
      {!narrow && (
        <button type="button" className={`${classes.link} ${classes.fold}`} aria-expanded={!slim} onClick={() => setSlim(!slim)}>
          <Icon name={slim ? 'next' : 'back'} size={24} />
          <span className={classes.word}>{slim ? t('nav.unfold') : t('nav.fold')}</span>
        </button>
      )}
    </nav>
  );
}
