// The signals of a machine: added one by one, from a profile, from what the device offers, or pasted
// from a spreadsheet.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState, type Dispatch, type SetStateAction } from 'react';
import { profilesQuery, type BrowseReport, type Profile, type TestReport } from '../../../api/connections';
import { Card } from '../../../components/card';
import { EmptyState } from '../../../components/empty_state';
import { Icon } from '../../../components/icons';
import { ProgressNote } from '../../../components/progress_note';
import { ErrorText } from '../../../components/trouble';
import { toastDone } from '../../../components/undo_toast';
import { useWords } from '../../../i18n';
import { natures } from '../protocols';
import { BrowsePanel } from './browse_panel';
import { takeOver } from './browse';
import { emptySignal, newKey, signalDraft, type Draft, type SignalTexts } from './draft';
import { PasteDialog } from './paste_dialog';
import { SignalRow } from './signal_row';
import type { Attempt } from './use_attempt';
import { MoreButton, useLimit } from './use_limit';
import classes from './signals_section.module.css';

interface SignalsProps {
  draft: Draft;
  setDraft: Dispatch<SetStateAction<Draft>>;
  report: TestReport | null;
  browse: Attempt<unknown, BrowseReport>;
  onBrowse: (device?: string) => void;
  canBrowse: boolean;
}

export function profileNames(profile: Profile, language: string): { name: string; description: string } {
  const english = language === 'en';
  return { name: (english && profile.name_en) || profile.name, description: (english && profile.description_en) || profile.description || '' };
}

export function ProfileButtons({ draft, onTake }: { draft: Draft; onTake: (profile: Profile) => void }) {
  const { t, language } = useWords();
  const { data } = useQuery(profilesQuery);
  const fitting = (data ?? []).filter(({ protocol }) => protocol.includes(draft.protocol));
  if (fitting.length === 0) return null;
  return (
    <div className={classes.profiles} role="group" aria-label={t('profile.title')}>
      <span className={classes.profilesTitle}>{t('profile.title')}</span>
      {fitting.map((profile) => {
        const { name, description } = profileNames(profile, language);
        return (
          <button key={profile.id} type="button" className={classes.profile} data-profile={profile.id} aria-pressed={draft.profile === profile.id} onClick={() => onTake(profile)}>
            <strong>{name}</strong>
            {description !== '' && <span className="dim">{description}</span>}
          </button>
        );
      })}
    </div>
  );
}

/** What a profile brings; what the machine has already under that id stays. */
export function withProfile(draft: Draft, profile: Profile): Draft {
  const have = new Set(draft.signals.map(({ id }) => id));
  const brought = profile.signals.filter(({ id }) => !have.has(id)).map(signalDraft);
  return { ...draft, signals: [...draft.signals, ...brought] };
}

export function SignalsSection({ draft, setDraft, report, browse, onBrowse, canBrowse }: SignalsProps) {
  const { t } = useWords();
  const [pasting, setPasting] = useState(false);
  const { signals, protocol } = draft;
  const { shown, rest, more } = useLimit(signals, 100);
  const tested = useMemo(() => new Map((report?.values ?? []).map((each) => [each.id, each])), [report]);
  const setSignals = useCallback((by: (before: Draft['signals']) => Draft['signals']) => setDraft((before) => ({ ...before, signals: by(before.signals) })), [setDraft]);
  const onChange = useCallback((key: number, part: Partial<SignalTexts>) => setSignals((before) => before.map((signal) => (signal.key === key ? { ...signal, ...part } : signal))), [setSignals]);
  const onDuplicate = useCallback(
    (key: number) => setSignals((before) => before.flatMap((signal) => (signal.key === key ? [signal, { ...signal, key: newKey(), id: `${signal.id}_2` }] : [signal]))),
    [setSignals],
  );
  const onRemove = useCallback(
    (key: number) => {
      const place = signals.findIndex((signal) => signal.key === key);
      const removed = signals[place];
      if (removed === undefined) return;
      setSignals((before) => before.filter((signal) => signal.key !== key));
      toastDone(t('signal.removed', { name: removed.id || t('signal.nth', { n: place + 1 }) }), () => setSignals((before) => [...before.slice(0, place), removed, ...before.slice(place)]));
    },
    [signals, setSignals, t],
  );
  return (
    <Card title={t('signals.title')} aside={<span className="dim number">{t('signal.count', { count: signals.length })}</span>}>
      <div className={classes.tools}>
        {natures[protocol].browses && (
          <Button variant="default" leftSection={<Icon name="search" />} disabled={!canBrowse || browse.running} onClick={() => onBrowse()} data-action="browse">
            {t('browse.start')}
          </Button>
        )}
        <Button variant="default" leftSection={<Icon name="upload" />} onClick={() => setPasting(true)} data-action="paste">
          {t('paste.open')}
        </Button>
        <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => setSignals((before) => [...before, emptySignal(protocol)])} data-action="add-signal">
          {t('signal.add')}
        </Button>
      </div>
      <ProfileButtons draft={draft} onTake={(profile) => setDraft((before) => withProfile(before, profile))} />
      {browse.running && <ProgressNote what={t('browse.running')} done={null} total={null} onCancel={browse.cancel} />}
      {browse.error !== null && (
        <p className={classes.failed} role="alert">
          <ErrorText error={browse.error} />
        </p>
      )}
      {browse.result !== null && !browse.result.reachable && (
        <p className={classes.failed} role="alert">
          {t('browse.unreachable')} <code>{browse.result.error}</code>
        </p>
      )}
      {browse.result !== null && browse.result.reachable && (
        <BrowsePanel
          report={browse.result}
          have={new Set(signals.map(({ address, id }) => address || id))}
          usedRoles={new Set(signals.map(({ role }) => role).filter(Boolean))}
          onDevice={(device) => onBrowse(device)}
          onTake={(offers, roles) => {
            setSignals((before) => [...before, ...takeOver(offers, roles, before.map(({ id }) => id))]);
            browse.clear();
          }}
        />
      )}
      {signals.length === 0 ? (
        <EmptyState icon="signals" title={t('signal.none')} text={t(natures[protocol].browses ? 'signal.noneBrowse' : 'signal.noneRegister')} />
      ) : (
        <>
          <div className={classes.headings} aria-hidden="true">
            {([t('signal.id'), t('signal.address'), t('signal.type'), t('signal.role'), t('signal.unit'), t('signal.scale')] as const).map((word) => (
              <span key={word}>{word}</span>
            ))}
          </div>
          <ul className={classes.rows}>
            {shown.map((signal, place) => (
              <SignalRow key={signal.key} signal={signal} place={place} protocol={protocol} tested={tested.get(signal.id)} onChange={onChange} onDuplicate={onDuplicate} onRemove={onRemove} />
            ))}
          </ul>
          <MoreButton rest={rest} onMore={more} />
          <p className={classes.help}>{t(natures[protocol].addressHelp)}</p>
        </>
      )}
      <PasteDialog
        opened={pasting}
        protocol={protocol}
        taken={signals.map(({ id }) => id)}
        onClose={() => setPasting(false)}
        onTake={(rows) => {
          setSignals((before) => [...before, ...rows]);
          setPasting(false);
        }}
      />
    </Card>
  );
}
