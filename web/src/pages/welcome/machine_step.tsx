// Step 3: the first machine. An address, live values, a name. What the device can list by itself is
// taken over with roles suggested; nothing is saved before it was seen.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { browseDevice, testConnection, useAddMachine, type BrowseReport, type ConnectionDefinition, type TestReport } from '../../api/connections';
import { machinesQuery } from '../../api/queries';
import { Complaining } from '../../components/form/complaints';
import { FieldRow, TextField } from '../../components/form/fields';
import { Icon } from '../../components/icons';
import { ProgressNote } from '../../components/progress_note';
import { ErrorText } from '../../components/trouble';
import { useWords } from '../../i18n';
import { ConnectionInputs, PasteAddress } from '../connections/form/connection_section';
import { ProtocolChoice } from '../connections/form/protocol_choice';
import { natures } from '../connections/protocols';
import { writeAddress } from '../connections/address_url';
import { suggestedRoles, takeOver } from '../connections/form/browse';
import { check } from '../connections/form/checks';
import { connectionOf, definitionOf, emptyDraft, type Draft } from '../connections/form/draft';
import { withProtocol } from '../connections/form/machine_diff';
import { newId } from '../connections/form/new_id';
import { complaintsOf } from '../connections/form/server_errors';
import { TestedList, TestSummary } from '../connections/form/test_panel';
import { useAttempt } from '../connections/form/use_attempt';
import { QuickSignals } from './quick_signals';
import { StepFrame } from './step_frame';
import { useKept } from './use_kept';
import classes from './welcome.module.css';

interface Tried {
  report: TestReport;
  draft: Draft;
}

/** Asks the device for its list where it has one, then reads everything once. */
async function tryDevice(draft: Draft, signal: AbortSignal): Promise<{ browsed: BrowseReport | null; tried: Tried | null }> {
  let own = draft;
  let browsed: BrowseReport | null = null;
  if (natures[draft.protocol].browses && draft.signals.length === 0) {
    browsed = await browseDevice(connectionOf(draft) as ConnectionDefinition, signal);
    if (!browsed.reachable) return { browsed, tried: null };
    const roles = suggestedRoles(browsed.signals, new Set());
    const useful = browsed.signals.filter((offer) => roles.has(offer.address) || offer.type === 'condition');
    own = { ...draft, name: draft.name || (browsed.names?.[0] ?? ''), signals: takeOver(useful.length > 0 ? useful : browsed.signals.slice(0, 20), roles, []) };
  }
  const report = await testConnection(definitionOf({ ...own, id: 'connection-test', name: 'test' }), signal);
  return { browsed, tried: { report, draft: own } };
}

export function MachineStep({ onDone, onSkip }: { onDone: (id: string) => void; onSkip: () => void }) {
  const { t } = useWords();
  const machines = useQuery(machinesQuery);
  const taken = useMemo(() => (machines.data ?? []).map(({ id }) => id), [machines.data]);
  const [draft, setDraft, forget] = useKept('machine', emptyDraft());
  const [showAll, setShowAll] = useState(false);
  const [tried, setTried] = useState<TestReport | null>(null);
  const attempt = useAttempt(tryDevice);
  const add = useAddMachine();
  const nature = natures[draft.protocol];
  const address = writeAddress(draft.protocol, draft.connection);
  const named: Draft = { ...draft, name: draft.name.trim() || t('welcome.machineName', { n: taken.length + 1 }) };
  const whole: Draft = { ...named, id: newId(named.name, taken) };
  const own = useMemo(() => check(whole), [draft, taken]); // `whole` is made of these.
  const wrong = useMemo(() => new Map([...complaintsOf(add.error), ...own]), [add.error, own]);
  const replace = (by: (before: Draft) => Draft) => {
    setTried(null);
    setDraft(by);
  };
  const ready = ![...own.keys()].some((path) => path.startsWith('/connection') || path.startsWith('/signals'));
  const canTry = ready && (nature.browses || draft.signals.length > 0);
  const run = async () => {
    if (!ready) return setShowAll(true);
    const answer = await attempt.start(draft);
    if (answer?.tried != null) {
      setDraft(answer.tried.draft);
      setTried(answer.tried.report);
    }
    return undefined;
  };
  const save = () => {
    if (own.size > 0) return setShowAll(true);
    add.mutate(definitionOf(whole), {
      onSuccess: () => {
        forget();
        onDone(whole.id);
      },
    });
    return undefined;
  };
  const reached = tried !== null && tried.values.some(({ error }) => error === null);
  const unreachable = attempt.result?.browsed?.reachable === false ? attempt.result.browsed.error : null;
  const signals = new Map(draft.signals.map((signal) => [signal.id, signal]));
  return (
    <Complaining wrong={wrong} showAll={showAll}>
      <StepFrame title={t('welcome.machine')} text={t('welcome.machineText')} next={reached ? t('welcome.addThis') : t('welcome.addAnyway')} onNext={save} busy={add.isPending} disabled={!ready || draft.signals.length === 0 || attempt.running} onSkip={onSkip} skip={t('welcome.skip')}>
        <PasteAddress autoFocus onRead={({ draft: by }) => replace((before) => ({ ...by(before), signals: by(before).protocol === before.protocol ? before.signals : [] }))} />
        <details className={classes.details} open={draft.connection.host !== '' && address === '' ? true : undefined}>
          <summary>{address === '' ? t('welcome.byHand') : t('welcome.connectsTo', { protocol: t(`protocol.${draft.protocol}`), address })}</summary>
          <div className={classes.stack}>
            <ProtocolChoice value={draft.protocol} onChoose={(protocol) => replace((before) => ({ ...withProtocol(before, protocol), signals: [] }))} />
            <ConnectionInputs draft={draft} change={(part) => replace((before) => ({ ...before, ...part }))} />
          </div>
        </details>
        {nature.addressNeeded && <QuickSignals draft={draft} replace={replace} />}
        <div className={classes.try}>
          {attempt.running ? (
            <ProgressNote what={t('test.running')} done={null} total={null} onCancel={attempt.cancel} />
          ) : (
            <Button size="md" variant={reached ? 'default' : 'filled'} leftSection={<Icon name="connections" />} disabled={!canTry} onClick={() => void run()} data-action="try">
              {tried === null ? t('welcome.try') : t('test.again')}
            </Button>
          )}
          {attempt.error !== null && (
            <p className={classes.failed} role="alert">
              <ErrorText error={attempt.error} />
            </p>
          )}
          {unreachable !== null && (
            <p className={classes.failed} role="alert">
              {t('browse.unreachable')} <code>{unreachable}</code>
              <br />
              {t('test.hint')}
            </p>
          )}
        </div>
        {tried !== null && !attempt.running && (
          <div>
            <TestSummary report={tried} />
            <TestedList report={tried} signals={signals} />
          </div>
        )}
        {(tried !== null || draft.signals.length > 0) && (
          <FieldRow>
            <TextField label={t('form.name')} path="/name" placeholder={named.name} help={t('form.help.name')} value={draft.name} onChange={(name) => setDraft((before) => ({ ...before, name }))} />
            <TextField label={t('form.group')} path="/group" help={t('form.help.group')} value={draft.group} onChange={(group) => setDraft((before) => ({ ...before, group }))} />
            <TextField label={t('form.idealCycle')} path="/ideal_cycle_s" inputMode="decimal" unit={t('form.unit.sPerPart')} help={t('form.help.idealCycle')} value={draft.ideal_cycle_s} onChange={(ideal_cycle_s) => setDraft((before) => ({ ...before, ideal_cycle_s }))} />
          </FieldRow>
        )}
        {add.error !== null && (
          <p className={classes.failed} role="alert">
            {t('form.notSaved')} <ErrorText error={add.error} />
          </p>
        )}
      </StepFrame>
    </Complaining>
  );
}
