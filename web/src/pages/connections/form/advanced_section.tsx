// How parts are counted and how states are told apart: right by default for nearly every machine.

import { Card } from '../../../components/card';
import { AreaField, CheckField, FieldRow, TextField } from '../../../components/form/fields';
import { useWords } from '../../../i18n';
import { countFields, defaultOf, stateFields, type Draft } from './draft';
import classes from './form_page.module.css';

const units: Partial<Record<string, string>> = { current_off_below: 'A', current_run_above: 'A' };

export function AdvancedSection({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { t } = useWords();
  return (
    <Card title={t('form.advanced')} aside={<span className="dim">{t('form.advancedNote')}</span>}>
      <details className={classes.details}>
        <summary>{t('form.counting')}</summary>
        <FieldRow>
          {countFields.map((field) => (
            <TextField key={field} label={t(`form.${field}`)} path={`/counting/${field}`} inputMode="numeric" help={t(`form.help.${field}`)} placeholder={defaultOf(`/counting/${field}`) ?? t('form.automatic')} value={draft.counting[field]} onChange={(written) => change({ counting: { ...draft.counting, [field]: written } })} />
          ))}
        </FieldRow>
      </details>
      <details className={classes.details}>
        <summary>{t('form.states')}</summary>
        <div className={classes.stack}>
          <FieldRow>
            {stateFields.map((field) => (
              <TextField key={field} label={t(`form.${field}`)} path={`/state/${field}`} inputMode="decimal" unit={units[field] ?? t('unit.s')} help={t(`form.help.${field}`)} placeholder={defaultOf(`/state/${field}`) ?? t('form.automatic')} value={draft.state[field]} onChange={(written) => change({ state: { ...draft.state, [field]: written } })} />
            ))}
          </FieldRow>
          <CheckField label={t('form.fault_stops_run')} help={t('form.help.fault_stops_run')} checked={draft.fault_stops_run} onChange={(fault_stops_run) => change({ fault_stops_run })} />
          <AreaField label={t('form.warmup_programs')} path="/state/warmup_programs" mono rows={3} help={t('form.help.warmup_programs')} placeholder={'O9001\nO9002'} value={draft.warmup_programs} onChange={(warmup_programs) => change({ warmup_programs })} />
        </div>
      </details>
      <CheckField label={t('form.workUnit')} help={t('form.help.workUnit')} checked={draft.work_unit} onChange={(work_unit) => change({ work_unit })} />
      <CheckField label={t('form.acceptNew')} help={t('form.help.acceptNew')} checked={draft.accept_new_signals} onChange={(accept_new_signals) => change({ accept_new_signals })} />
    </Card>
  );
}
