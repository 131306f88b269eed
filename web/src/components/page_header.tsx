// The bar on top of every page: which plant, whether it is live, what time it is there, language
// and scheme.

import { ActionIcon, Button, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { chooseLanguage, useWords } from '../i18n';
import { useLink } from '../state/live';
import { useSite } from '../state/site';
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

function SchemeSwitch() {
  const { t } = useWords();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light');
  const other = scheme === 'dark' ? 'light' : 'dark';
  const label = other === 'dark' ? t('app.toDark') : t('app.toLight');
  return (
    <ActionIcon variant="default" className={classes.square} onClick={() => setColorScheme(other)} aria-label={label} title={label}>
      <Icon name={other === 'dark' ? 'moon' : 'sun'} />
    </ActionIcon>
  );
}

export function PageHeader() {
  const { t } = useWords();
  const site = useSite();
  return (
    <header className={classes.header}>
      <Link to="/" className={classes.home}>
        <svg viewBox="0 0 32 32" width="30" height="30" aria-hidden="true">
          <rect width="32" height="32" rx="7" fill="var(--logo)" />
          <path d="M16 5v22M9 11h14M11 16h10M13 21h6" stroke="#49c583" strokeWidth="3" strokeLinecap="round" />
        </svg>
        <span className={classes.site}>{site.name || t('app.title')}</span>
      </Link>
      <LiveSign />
      <span className={classes.spring} />
      {site.version !== '' && <span className={classes.clock} title={`${t('app.plantTime')} · ${t('app.zone', { zone: site.timezone })}`}>
        <span className={classes.time}>
          <PlantClock />
        </span>
        <span className={classes.zone}>{site.timezone}</span>
      </span>}
      <LanguageSwitch />
      <SchemeSwitch />
    </header>
  );
}
