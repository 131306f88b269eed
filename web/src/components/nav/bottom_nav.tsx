// The menu of a phone, where the thumb is: four pages, and the rest behind one more.

import { Drawer } from '@mantine/core';
import { useLocation } from '@tanstack/react-router';
import { useState } from 'react';
import { useWords } from '../../i18n';
import { DisplaySettings } from '../display/display_settings';
import { Icon } from '../icons';
import { entryOf, navEntries } from './entries';
import { NavLink } from './nav_link';
import classes from './nav.module.css';

const behind = navEntries.filter(({ thumb }) => !thumb);

export function BottomNav() {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const close = () => setOpen(false);
  const hereBehind = useLocation({ select: ({ pathname }) => behind.some(({ to }) => to === entryOf(pathname)) });
  return (
    <nav className={classes.bottom} aria-label={t('nav.main')}>
      {navEntries
        .filter(({ thumb }) => thumb)
        .map((entry) => (
          <NavLink key={entry.to} entry={entry} onGo={close} />
        ))}
      <button type="button" className={classes.link} data-here={hereBehind || undefined} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)}>
        <Icon name="more" size={24} />
        <span className={classes.word}>{t('nav.more')}</span>
      </button>
      <Drawer.Root opened={open} onClose={close} position="bottom" size="auto">
        <Drawer.Overlay />
        <Drawer.Content>
          <div className={classes.sheetHead}>
            <Drawer.Title>{t('nav.more')}</Drawer.Title>
            <Drawer.CloseButton aria-label={t('app.close')} size={44} />
          </div>
          <Drawer.Body>
            <div className={classes.sheet}>
              {behind.map((entry) => (
                <NavLink key={entry.to} entry={entry} onGo={close} />
              ))}
            </div>
            <DisplaySettings />
          </Drawer.Body>
        </Drawer.Content>
      </Drawer.Root>
    </nav>
  );
}
