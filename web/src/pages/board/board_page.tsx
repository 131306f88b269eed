// 電子看板: a screen on the wall. Nobody touches it for weeks; it is read in passing, from far away.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { activeAlarmsQuery, alarmsKey } from '../../api/alarms';
import { machinesQuery } from '../../api/queries';
import type { LiveEvent } from '../../api/types';
import { Icon } from '../../components/icons';
import { useTitle } from '../../components/title';
import { ErrorText } from '../../components/trouble';
import { useWords } from '../../i18n';
import { serverNow } from '../../state/clock';
import { useLiveEvents } from '../../state/live';
import { useMachineIndex } from '../../state/machines';
import { useSite } from '../../state/site';
import { inGroup, sectionsOf } from '../floor/sections';
import { inOrderOfUrgency, nothingSeen, released, watched } from './alarm_watch';
import { BoardBar } from './board_bar';
import { BoardPanel } from './board_panel';
import { screensOf, type Screen } from './rotation';
import { BoardScreen } from './screens';
import { readBoardSearch, writeBoardSearch, type BoardSearch } from './search';
import { useDataAge } from './use_data_age';
import { useNightlyReload } from './use_nightly_reload';
import { useRotation } from './use_rotation';
import { toggleFullScreen, useActivity, useTheme, useWakeLock } from './use_screen';
import classes from './board.module.css';

const alarmPauseMs = 500;
const none = [] as const;

/** The alarms that stand, those new to this board, and a way to say they were seen. */
function useAlarms(group: string | undefined) {
  const queries = useQueryClient();
  const { data } = useQuery({ ...activeAlarmsQuery(group === undefined ? {} : { group }), refetchInterval: 10_000 });
  const [watch, setWatch] = useState(nothingSeen);
  const alarms = data?.items;
  useEffect(() => {
    if (alarms === undefined) return undefined;
    const look = () => setWatch((before) => watched(before, alarms, serverNow()));
    look();
    const timer = setInterval(look, 5000);
    return () => clearInterval(timer);
  }, [alarms]);

  const pending = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(pending.current), []);
  useLiveEvents(
    useCallback(
      (events: readonly LiveEvent[]) => {
        if (pending.current !== undefined || !events.some(({ kind }) => kind === 'alarm')) return;
        pending.current = setTimeout(() => {
          pending.current = undefined;
          void queries.invalidateQueries({ queryKey: alarmsKey });
        }, alarmPauseMs);
      },
      [queries],
    ),
  );
  const ordered = useMemo(() => inOrderOfUrgency(alarms ?? none, watch.fresh), [alarms, watch.fresh]);
  return { alarms: ordered, fresh: watch.fresh, release: useCallback(() => setWatch(released), []) };
}

const alarmsScreen: Screen = { key: 'alarms', kind: 'alarms', paths: [], machines: [] };

export function BoardPage() {
  const { t } = useWords();
  const { timezone } = useSite();
  const search = useSearch({ strict: false }) as Record<string, unknown>;
  const settings = useMemo(() => readBoardSearch(search), [search]);
  const navigate = useNavigate();
  const { data: machines, error } = useMachineIndex();
  // Asked for often enough that the age of the data means something in a plant where nothing happens.
  useQuery({ ...machinesQuery, refetchInterval: 10_000, notifyOnChangeProps: [] });
  const { alarms, fresh, release } = useAlarms(settings.group);
  const [active, setActive] = useActivity();
  const stale = useDataAge();
  useTitle(t('nav.board'));
  useTheme(settings.theme);
  useWakeLock();
  useNightlyReload(timezone);

  const sections = useMemo(
    () => sectionsOf((machines ?? none).filter(({ group }) => inGroup(group, settings.group))),
    [machines, settings.group],
  );
  const screens = useMemo(() => screensOf(settings.pages, sections, alarms.length), [settings.pages, sections, alarms.length]);
  const held = fresh.size > 0 ? alarmsScreen : null;
  const { screen, place, paused, setPaused, turn } = useRotation(screens, settings.turn, held, release);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if ((event.target as Element).closest('input, select, button, a')) return;
      if (event.key === 'ArrowRight') turn(1);
      else if (event.key === 'ArrowLeft') turn(-1);
      else if (event.key === ' ') setPaused(!paused);
      else if (event.key === 'f') toggleFullScreen();
      else if (event.key === 'Escape') setActive(false);
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [turn, paused, setPaused, setActive]);

  const choose = (change: Partial<BoardSearch>) =>
    void navigate({ to: '/board', search: writeBoardSearch({ ...settings, ...change }), replace: true });

  return (
    <div className={classes.board} data-board={screen.kind} data-stale={stale || undefined} data-active={active || undefined}>
      <h1 className="visually-hidden">{t('nav.board')}</h1>
      <BoardBar screen={screen} held={held !== null} paused={paused} stale={stale} />
      <div className={classes.screen} data-screen={screen.key} data-place={place}>
        {machines !== undefined ? (
          machines.length === 0 ? (
            <p className={classes.message}>{t('board.noMachines')}</p>
          ) : sections.length === 0 && screen.kind !== 'alarms' ? (
            <p className={classes.message}>{t('board.noGroup')}</p>
          ) : (
            <BoardScreen screen={screen} group={settings.group} alarms={alarms} fresh={fresh} />
          )
        ) : error !== null ? (
          <p className={classes.message} role="alert">
            <Icon name="warning" size="2em" />
            <ErrorText error={error} />
          </p>
        ) : (
          <p className={classes.message} aria-busy="true">{t('loading')}</p>
        )}
      </div>
      <div className={classes.foot} aria-hidden="true">
        {held === null && !paused && screens.length > 1 && (
          <div key={`${screen.key} ${place}`} className={classes.progress} style={{ animationDuration: `${settings.turn}s` }} />
        )}
        <span className="number">{held === null && `${place + 1} / ${screens.length}`}</span>
      </div>
      {active && (
        <BoardPanel settings={settings} groups={machines ?? none} paused={paused} onPause={setPaused} onTurn={turn} onChange={choose} onClose={() => setActive(false)} />
      )}
    </div>
  );
}
