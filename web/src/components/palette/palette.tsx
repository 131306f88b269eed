// Ctrl K or /: type a few letters, go to a machine, a group or a page, or change how the screen looks.

import { Modal, TextInput, useMantineColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { machinesQuery } from '../../api/queries';
import { chooseLanguage, useWords } from '../../i18n';
import { navEntries } from '../nav/entries';
import { Icon } from '../icons';
import { StateIcon } from '../state_icon';
import { found, groupPaths, type Entry } from './entries';
import classes from './palette.module.css';

function useEntries(): Entry[] {
  const { t, language } = useWords();
  const { data: machines } = useQuery(machinesQuery);
  const navigate = useNavigate();
  const { setColorScheme } = useMantineColorScheme();
  return useMemo(() => {
    const pages = navEntries.map(
      ({ to, icon, word }): Entry => ({ id: `page ${to}`, kind: 'page', icon, name: t(word), also: to, run: () => void navigate({ to }) }),
    );
    const groups = groupPaths(machines ?? []).map(
      (path): Entry => ({ id: `group ${path}`, kind: 'group', icon: 'plant', name: path.split('/').join(' / '), also: path, run: () => void navigate({ to: '/groups/$', params: { _splat: path } }) }),
    );
    const each = (machines ?? []).map(
      ({ id, name, group, state }): Entry => ({ id: `machine ${id}`, kind: 'machine', state, name, also: id, more: group.split('/').join(' / '), run: () => void navigate({ to: '/machines/$id', params: { id } }) }),
    );
    const other = language === 'en' ? 'zh-TW' : 'en';
    const looks: Entry[] = [
      { id: 'language', kind: 'display', icon: 'display', name: t('app.switchLanguage'), also: 'language english 中文', run: () => chooseLanguage(other) },
      ...(['auto', 'light', 'dark'] as const).map(
        (scheme): Entry => ({ id: `scheme ${scheme}`, kind: 'display', icon: 'display', name: `${t('display.scheme')} · ${t(`display.scheme.${scheme}`)}`, also: `scheme ${scheme}`, run: () => setColorScheme(scheme) }),
      ),
    ];
    return [...pages, ...each, ...groups, ...looks];
  }, [machines, language, navigate, setColorScheme, t]);
}

function Row({ entry, id, chosen, onRun, onPoint }: { entry: Entry; id: string; chosen: boolean; onRun: () => void; onPoint: () => void }) {
  const { t } = useWords();
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <li ref={row} id={id} role="option" aria-selected={chosen} className={classes.row} onClick={onRun} onMouseMove={chosen ? undefined : onPoint}>
      {entry.state !== undefined ? (
        <span className={classes.state} style={{ color: `var(--ink-${entry.state})` }}>
          <StateIcon state={entry.state} size={22} />
        </span>
      ) : (
        <Icon name={entry.icon ?? 'next'} size={22} />
      )}
      <span className={classes.name}>{entry.name}</span>
      {entry.more !== undefined && <span className={classes.more}>{entry.more}</span>}
      <span className={classes.kind}>{entry.state !== undefined ? t(`state.${entry.state}`) : t(`palette.${entry.kind}`)}</span>
    </li>
  );
}

export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useWords();
  const entries = useEntries();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const list = useId();
  const shown = useMemo(() => found(entries, text), [entries, text]);
  const place = Math.min(at, shown.length - 1);
  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const onKey = (event: KeyboardEvent) => {
    // Enter ends a word in the making, it does not yet choose.
    if (event.nativeEvent.isComposing) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const last = shown.length - 1;
      const wrapped = Math.abs(step) === 1 ? (place + step + shown.length) % Math.max(1, shown.length) : place + step;
      setAt(Math.max(0, Math.min(last, wrapped)));
    } else if (event.key === 'Enter') run(shown[place]);
  };
  return (
    <Modal.Root opened onClose={onClose} size="lg" padding={0} yOffset="12dvh" transitionProps={{ duration: 0 }} data-palette>
      <Modal.Overlay />
      <Modal.Content>
        <Modal.Title className="visually-hidden">{t('palette.open')}</Modal.Title>
        {/* The dialog gives its field the keys a moment after it is drawn: what is typed until then would be lost. */}
        <TextInput
          autoFocus
          data-autofocus
          className={classes.field}
          size="lg"
          variant="unstyled"
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={shown.length > 0 ? `${list}-${place}` : undefined}
          aria-label={t('palette.open')}
          placeholder={t('palette.placeholder')}
          leftSection={<Icon name="search" />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKey}
        />
        <ul id={list} role="listbox" aria-label={t('palette.results')} className={classes.list}>
          {shown.map((entry, index) => (
            <Row key={entry.id} entry={entry} id={`${list}-${index}`} chosen={index === place} onRun={() => run(entry)} onPoint={() => setAt(index)} />
          ))}
        </ul>
        <p className={classes.foot} role="status">
          {shown.length === 0 ? t('palette.nothing', { text }) : t('palette.hint')}
        </p>
      </Modal.Content>
    </Modal.Root>
  );
}
