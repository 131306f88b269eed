// The settings of a board: there when somebody moves the mouse or touches it, gone soon after.

import { Link } from '@tanstack/react-router';
import { Choice } from '../../components/choice';
import { Icon } from '../../components/icons';
import { chooseLanguage, useWords } from '../../i18n';
import { groupPaths, spoken } from '../floor/sections';
import { boardPages, themes, turnChoices, type BoardSearch } from './search';
import { toggleFullScreen } from './use_screen';
import classes from './board_panel.module.css';

interface Props {
  settings: BoardSearch;
  groups: readonly { group: string }[];
  paused: boolean;
  onPause: (paused: boolean) => void;
  onTurn: (by: number) => void;
  onChange: (change: Partial<BoardSearch>) => void;
  onClose: () => void;
}

export function BoardPanel({ settings, groups, paused, onPause, onTurn, onChange, onClose }: Props) {
  const { t, language } = useWords();
  const { pages, turn, group, theme } = settings;
  const paths = groupPaths(groups);
  const turns = [...new Set<number>([...turnChoices, turn])].sort((a, b) => a - b);
  return (
    <section className={classes.panel} data-board-panel aria-label={t('board.settings')}>
      <div className={classes.buttons}>
        <button type="button" onClick={() => onTurn(-1)} aria-label={t('board.before')}>
          <Icon name="back" size="1.4em" />
        </button>
        <button type="button" onClick={() => onPause(!paused)} aria-label={paused ? t('board.go') : t('board.pause')}>
          <Icon name={paused ? 'play' : 'pause'} size="1.4em" />
        </button>
        <button type="button" onClick={() => onTurn(1)} aria-label={t('board.next')}>
          <Icon name="next" size="1.4em" />
        </button>
        <button type="button" onClick={toggleFullScreen}>
          <Icon name="fullscreen" size="1.3em" /> {t('board.fullScreen')}
        </button>
        <Link to="/">{t('board.leave')}</Link>
        <button type="button" onClick={onClose} aria-label={t('app.close')}>
          <Icon name="close" size="1.4em" />
        </button>
      </div>
      <fieldset className={classes.pages}>
        <legend>{t('board.pages')}</legend>
        {boardPages.map((name) => (
          <label key={name}>
            <input
              type="checkbox"
              checked={pages.includes(name)}
              disabled={pages.length === 1 && pages[0] === name}
              onChange={({ currentTarget: { checked } }) => onChange({ pages: boardPages.filter((each) => (each === name ? checked : pages.includes(each))) })}
            />
            {t(`board.page.${name}`)}
          </label>
        ))}
      </fieldset>
      {paths.length > 0 && (
        <label className={classes.field}>
          {t('shift.group')}
          <select value={group ?? ''} onChange={({ currentTarget: { value } }) => onChange({ group: value || undefined })}>
            <option value="">{t('shift.allGroups')}</option>
            {paths.map((path) => (
              <option key={path} value={path}>
                {spoken(path)}
              </option>
            ))}
          </select>
        </label>
      )}
      <Choice label={t('board.turn')} options={turns.map((each) => ({ value: String(each), word: t('board.seconds', { count: each }) }))} value={String(turn)} onChoose={(each) => onChange({ turn: Number(each) })} />
      <Choice label={t('display.scheme')} options={themes.map((each) => ({ value: each, word: t(`display.scheme.${each}`) }))} value={theme} onChoose={(each) => onChange({ theme: each })} />
      <Choice
        label={t('display.language')}
        options={[
          { value: 'zh-TW', word: '中文', lang: 'zh-Hant-TW' },
          { value: 'en', word: 'English', lang: 'en' },
        ]}
        value={language}
        onChoose={chooseLanguage}
      />
      <p className={classes.keys}>{t('board.keys')}</p>
    </section>
  );
}
