// One way to a page: icon and word, and for alarms how many are active.

import { Link, useLocation } from '@tanstack/react-router';
import { useWords } from '../../i18n';
import { Icon } from '../icons';
import { AlarmCount } from './alarm_count';
import { entryOf, type NavEntry } from './entries';
import classes from './nav.module.css';

export function NavLink({ entry, onGo }: { entry: NavEntry; onGo?: () => void }) {
  const { t } = useWords();
  const here = useLocation({ select: ({ pathname }) => entryOf(pathname) === entry.to });
  return (
    <Link to={entry.to} className={classes.link} aria-current={here ? 'page' : undefined} data-here={here || undefined} onClick={onGo}>
      <Icon name={entry.icon} size={24} />
      <span className={classes.word}>{t(entry.word)}</span>
      {entry.to === '/alarms' && <AlarmCount />}
    </Link>
  );
}
