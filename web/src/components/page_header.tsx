// The bar on top of every page: which plant, whether it is live, what time it is there, the search,
// language and how the screen looks. On a phone the last two stand in the bottom bar's sheet.

import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { chooseLanguage, useWords } from '../i18n';
import { useLink } from '../state/live';
import { lastContact } from '../state/last_contact';
import { useSite } from '../state/site';
import { DisplayButton } from './display/display_button';
import { Icon } from './icons';
import { LightShape } from './lights';
import { PlantClock } from './moments';
import classes from './page_header.module.css';

function LiveSign() {
  const { t } = useWords();
  const { phase } = useLink();
  const status = phase === 'open' ? 'ok' : phase === 'connecting' ? 'unknown' : 'down';
  return (
    <span className={classes.live} role="status" data-phase={phase}>
      <LightShape status={status} size={13} />
      <span className={classes.liveWord}>{t(`live.${phase}`)}</span>
    </span>
  );
}

function LanguageSwitch() {
  const { t, language } = useWords();
  const other = language === 'en' ? 'zh-TW' : 'en';
  return (
    <Button
      variant="default"
      className={classes.square}
      onClick={() => chooseLanguage(other)}
      aria-label={t('app.switchLanguage')}
      lang={other === 'en' ? 'en' : 'zh-Hant-TW'}
    >
      {t('app.otherLanguage')}
    </Button>
  );
}

function SearchButton({ onSearch }: { onSearch: () => void }) {
  const { t } = useWords();
  return (
    <Button variant="default" className={`${classes.square} ${classes.search}`} onClick={onSearch} leftSection={<Icon name="search" />} aria-label={t('palette.open')} aria-keyshortcuts="Control+K /">
      <span className={classes.searchWord}>{t('palette.open')}</span>
      <kbd className={classes.key}>Ctrl K</kbd>
    </Button>
  );
}

export function PageHeader({ onSearch }: { onSearch: () => void }) {
  const { t } = useWords();
  const site = useSite();
  return (
    <header className={classes.header}>
      <Link to="/" className={classes.home}>
        <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
          <rect width="32" height="32" rx="7" fill="var(--logo)" />
          <path d="M16 5v22M9 11h14M11 16h10M13 21h6" stroke="#49c583" strokeWidth="3" strokeLinecap="round" />
        </svg>
        <span className={classes.site}>{site.name || lastContact()?.name || t('app.title')}</span>
      </Link>
      <LiveSign />
      <span className={classes.spring} />
      {site.version !== '' && <span className={classes.clock} title={`${t('app.plantTime')} · ${t('app.zone', { zone: site.timezone })}`}>
        <span className={classes.time}>
          <PlantClock />
        </span>
        <span className={classes.zone}>{site.timezone}</span>
      </span>}
      <SearchButton onSearch={onSearch} />
      <span className={classes.wide}>
        <LanguageSwitch />
        <DisplayButton className={classes.square} />
      </span>
    </header>
  );
}
