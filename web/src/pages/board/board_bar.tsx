// On top of every screen: what is shown, of which plant, what time it is, and how old it is.

import { useWords } from '../../i18n';
import { Icon } from '../../components/icons';
import { useNow } from '../../state/clock';
import { useSite } from '../../state/site';
import { formatAge, formatClock, formatLongDate } from '../../time/format';
import { spoken } from '../floor/sections';
import type { Screen } from './rotation';
import { useAge } from './use_data_age';
import classes from './board_bar.module.css';

function Age({ stale }: { stale: boolean }) {
  const { t, duration } = useWords();
  const age = useAge();
  return (
    <span className={`${classes.age} number`} data-age data-stale={stale || undefined} role={stale ? 'alert' : undefined}>
      {stale && <Icon name="offline" size="1.1em" />}
      {age === null ? t('loading') : t(stale ? 'board.stale' : 'board.age', { age: formatAge(age, duration) })}
    </span>
  );
}

function Clock() {
  const now = useNow();
  const { timezone } = useSite();
  const { language } = useWords();
  return (
    <span className={classes.when}>
      <time className={`${classes.clock} number`} data-digits>
        {formatClock(now, timezone, false)}
      </time>
      <span className={classes.date}>{formatLongDate(now, timezone, language)}</span>
    </span>
  );
}

export function BoardBar({ screen, held, paused, stale }: { screen: Screen; held: boolean; paused: boolean; stale: boolean }) {
  const { t } = useWords();
  const { name } = useSite();
  return (
    <header className={classes.bar}>
      <div className={classes.titles}>
        <h2 className={classes.title}>{t(`board.page.${screen.kind}`)}</h2>
        <span className={classes.where}>{[name, ...screen.paths.filter((path) => path !== '').map(spoken)].join(' · ')}</span>
      </div>
      <div className={classes.signs}>
        {held && (
          <strong className={classes.held} role="alert">
            <Icon name="warning" size="1.2em" /> {t('board.held')}
          </strong>
        )}
        {paused && (
          <strong className={classes.paused}>
            <Icon name="pause" size="1.1em" /> {t('board.paused')}
          </strong>
        )}
        <Age stale={stale} />
      </div>
      <Clock />
    </header>
  );
}
