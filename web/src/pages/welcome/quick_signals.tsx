// A PLC without a list of its own: two registers are enough for a first true tile, what says that it
// runs and what counts. A profile brings them all at once.

import { FieldRow, SelectField, TextField } from '../../components/form/fields';
import { useWords } from '../../i18n';
import { blankSignal, type Draft, type SignalDraft } from '../connections/form/draft';
import { ProfileButtons, withProfile } from '../connections/form/signals_section';
import classes from './welcome.module.css';

const runSignal = (address: string): SignalDraft => ({ ...blankSignal(), id: 'running', address, type: 'bool', role: 'run' });
const countSignal = (address: string, type: string): SignalDraft => ({ ...blankSignal(), id: 'parts', address, type, role: 'part_count' });

/** The two registers in place of what was there under the same names. */
export function withQuick(draft: Draft, run: string, count: string, type: string): Draft {
  const others = draft.signals.filter(({ id }) => id !== 'running' && id !== 'parts');
  return { ...draft, signals: [...others, ...(run.trim() === '' ? [] : [runSignal(run.trim())]), ...(count.trim() === '' ? [] : [countSignal(count.trim(), type)])] };
}

export function QuickSignals({ draft, replace }: { draft: Draft; replace: (by: (before: Draft) => Draft) => void }) {
  const { t } = useWords();
  const of = (id: string) => draft.signals.find((signal) => signal.id === id);
  const run = of('running')?.address ?? '';
  const count = of('parts')?.address ?? '';
  const type = of('parts')?.type ?? 'uint32';
  const place = (id: string) => draft.signals.findIndex((signal) => signal.id === id);
  return (
    <div className={classes.quick}>
      <ProfileButtons draft={{ ...draft, profile: draft.profile }} onTake={(profile) => replace((before) => ({ ...withProfile({ ...before, signals: [] }, profile) }))} />
      <p className={classes.or}>{t('welcome.orTwo')}</p>
      <FieldRow>
        <TextField label={t('welcome.runAddress')} path={`/signals/${place('running')}/address`} mono placeholder="di:0" help={t('welcome.runHelp')} value={run} onChange={(address) => replace((before) => withQuick(before, address, count, type))} />
        <TextField label={t('welcome.countAddress')} path={`/signals/${place('parts')}/address`} mono placeholder="hr:10" help={t('welcome.countHelp')} value={count} onChange={(address) => replace((before) => withQuick(before, run, address, type))} />
        <SelectField label={t('welcome.countType')} value={type} onChange={(next) => replace((before) => withQuick(before, run, count, next))} options={(['uint16', 'uint32', 'int32', 'float32'] as const).map((value) => ({ value, word: t(`type.${value}`) }))} />
      </FieldRow>
      {draft.signals.length > 0 && <p className={classes.text}>{t('welcome.willRead', { names: draft.signals.map(({ id, address }) => `${id} (${address})`).join(', ') })}</p>}
    </div>
  );
}
