// A machine and its connection, written and tried before it is saved.

import { useBlocker, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { browseDevice, testConnection, useAddMachine, useChangeMachine, type TestReport } from '../../../api/connections';
import { ConfirmDialog } from '../../../components/confirm_dialog';
import { Complaining, focusFirstWrong, type Complaint, type Complaints } from '../../../components/form/complaints';
import { Icon } from '../../../components/icons';
import { ErrorText } from '../../../components/trouble';
import { toastDone } from '../../../components/undo_toast';
import { useWords } from '../../../i18n';
import { AdvancedSection } from './advanced_section';
import { BasicsSection } from './basics_section';
import { check } from './checks';
import { ConnectionSection } from './connection_section';
import { connectionOf, definitionOf, sameDraft, sameReading, type Draft } from './draft';
import { difference } from './machine_diff';
import { ReviewDialog } from './review_dialog';
import { SaveBar } from './save_bar';
import { complaintsOf, isConflict } from './server_errors';
import { SignalsSection } from './signals_section';
import { TestPanel } from './test_panel';
import { useAttempt } from './use_attempt';
import classes from './form_page.module.css';

interface MachineFormProps {
  first: Draft;
  isNew: boolean;
  groups: readonly string[];
  /** Ids that are in use. */
  taken: readonly string[];
}

/** A field the box refused is right again as soon as it is written anew. */
function stillRefused(refused: Complaints, then: Draft, now: Draft): Map<string, Complaint> {
  const at = (draft: Draft, path: string) => JSON.stringify(path.split('/').slice(1).reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], draft));
  return new Map([...refused].filter(([path]) => at(then, path) === at(now, path)));
}

export function MachineForm({ first, isNew, groups, taken }: MachineFormProps) {
  const { t } = useWords();
  const navigate = useNavigate();
  const [draft, setDraft] = useState(first);
  const [ownId, setOwnId] = useState(first.id !== '');
  const [showAll, setShowAll] = useState(false);
  const [reviewing, setReviewing] = useState(false);
  const [refused, setRefused] = useState<{ wrong: Complaints; then: Draft }>({ wrong: new Map(), then: first });
  const [testedDraft, setTestedDraft] = useState<Draft | null>(null);
  const form = useRef<HTMLDivElement>(null);
  const leaving = useRef(false);
  const test = useAttempt(testConnection) as ReturnType<typeof useAttempt<unknown, TestReport>>;
  const browse = useAttempt(browseDevice) as ReturnType<typeof useAttempt<unknown, Awaited<ReturnType<typeof browseDevice>>>>;
  const add = useAddMachine();
  const save = useChangeMachine();
  const busy = add.isPending || save.isPending;
  const failed = add.error ?? save.error;

  const own = useMemo(() => check(draft, isNew ? taken : []), [draft, isNew, taken]);
  const wrong = useMemo(() => new Map([...stillRefused(refused.wrong, refused.then, draft), ...own]), [own, refused, draft]);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const dirty = useMemo(() => !sameDraft(first, draft), [first, draft]);
  const connectionWrong = [...own.keys()].some((path) => path.startsWith('/connection') || path.startsWith('/signals'));

  const blocker = useBlocker({ shouldBlockFn: () => dirty && !leaving.current, enableBeforeUnload: () => dirty && !leaving.current, withResolver: true });
  useEffect(() => {
    if (showAll && wrong.size > 0 && form.current !== null) focusFirstWrong(form.current);
    // Only when saving was tried, or the box refused something: not while typing.
  }, [showAll, refused]);

  const leave = () => void navigate({ to: '/connections' });
  const runTest = () => {
    if (connectionWrong) return setShowAll(true);
    setTestedDraft(draft);
    const definition = definitionOf({ ...draft, id: draft.id || 'new-machine', name: draft.name || 'new' });
    void test.start(definition);
    return undefined;
  };
  const send = async () => {
    setReviewing(false);
    try {
      const machine = definitionOf(draft);
      await (isNew ? add.mutateAsync(machine) : save.mutateAsync(machine));
      leaving.current = true;
      toastDone(t(isNew ? 'form.added' : 'form.saved', { name: draft.name || draft.id }));
      leave();
    } catch (error) {
      const complaints = complaintsOf(error);
      setRefused({ wrong: isConflict(error) && isNew ? new Map([['/id', { key: 'form.wrong.taken', values: { id: draft.id } } as Complaint]]) : complaints, then: draft });
      setShowAll(true);
    }
  };
  const onSave = () => {
    if (wrong.size > 0) {
      setShowAll(true);
      if (form.current !== null) focusFirstWrong(form.current);
      return;
    }
    if (isNew) void send();
    else setReviewing(true);
  };

  return (
    <Complaining wrong={wrong} showAll={showAll}>
      <div ref={form} className={classes.form} data-machine-form={isNew ? 'new' : draft.id}>
        <ConnectionSection draft={draft} change={change} replace={setDraft} />
        <BasicsSection draft={draft} change={change} groups={groups} taken={taken} fixedId={!isNew} ownId={ownId} onOwnId={() => setOwnId(true)} />
        <TestPanel attempt={test} onTest={runTest} outdated={testedDraft !== null && !sameReading(testedDraft, draft)} disabled={draft.protocol === 'push'} />
        <SignalsSection
          draft={draft}
          setDraft={setDraft}
          report={test.result}
          browse={browse}
          canBrowse={![...own.keys()].some((path) => path.startsWith('/connection'))}
          onBrowse={(device) => {
            if (device !== undefined) change({ connection: { ...draft.connection, device } });
            void browse.start({ ...connectionOf(draft), ...(device !== undefined && { device }) });
          }}
        />
        <AdvancedSection draft={draft} change={change} />
        {failed !== null && (
          <div className={classes.failed} role="alert">
            <Icon name="warning" />
            <span>
              <strong>{t('form.notSaved')}</strong> {refused.wrong.size > 0 ? t('form.seeFields') : <ErrorText error={failed} />}
            </span>
          </div>
        )}
        <SaveBar wrong={showAll ? wrong.size : 0} dirty={dirty} busy={busy} isNew={isNew} onSave={onSave} onTest={runTest} testing={test.running} onLeave={leave} />
      </div>
      <ReviewDialog opened={reviewing} difference={reviewing ? difference(first, draft) : { lines: [], recomputes: false, reconnects: false }} busy={busy} onConfirm={() => void send()} onCancel={() => setReviewing(false)} />
      <ConfirmDialog opened={blocker.status === 'blocked'} title={t('form.leaveTitle')} action={t('form.leave')} danger onConfirm={() => blocker.proceed?.()} onCancel={() => blocker.reset?.()}>
        {t('form.leaveText')}
      </ConfirmDialog>
    </Complaining>
  );
}
