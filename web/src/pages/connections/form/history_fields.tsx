// Which values of one signal the history keeps. It thins nothing else.

import { historyClasses } from '../../../api/storage';
import { SelectField, TextField } from '../../../components/form/fields';
import { useWords } from '../../../i18n';
import { isNumeric } from '../roles';
import type { SignalDraft, SignalTexts } from './draft';
import classes from './signals_section.module.css';

interface Props {
  signal: SignalDraft;
  path: (field: keyof SignalTexts) => string;
  set: (field: keyof SignalTexts) => (value: string) => void;
}

export function HistoryFields({ signal, path, set }: Props) {
  const { t } = useWords();
  const number = signal.type === '' || isNumeric(signal.type);
  return (
    <fieldset className={classes.history} data-history={signal.id}>
      <legend>{t('history_policy.title')}</legend>
      <p className={classes.help}>{t('history_policy.help')}</p>
      <div className={classes.historyFields}>
        <SelectField label={t('history_policy.class')} path={path('class')} value={signal.class} onChange={set('class')} options={[{ value: '', word: t('history_policy.classAuto') }, ...historyClasses.map((value) => ({ value, word: t(`history_class.${value}`) }))]} />
        <TextField label={t('history_policy.every')} path={path('every_s')} inputMode="decimal" unit={t('sizing.seconds')} help={t('history_policy.everyHelp')} value={signal.every_s} onChange={set('every_s')} />
        {(number || signal.dead_band !== '') && <TextField label={t('history_policy.band')} path={path('dead_band')} inputMode="decimal" unit={signal.unit || undefined} value={signal.dead_band} onChange={set('dead_band')} />}
        {(number || signal.dead_band_percent !== '') && <TextField label={t('history_policy.bandPercent')} path={path('dead_band_percent')} inputMode="decimal" unit="%" value={signal.dead_band_percent} onChange={set('dead_band_percent')} />}
        <TextField label={t('history_policy.least')} path={path('at_least_every_s')} inputMode="decimal" unit={t('sizing.seconds')} help={t('history_policy.leastHelp')} value={signal.at_least_every_s} onChange={set('at_least_every_s')} />
      </div>
    </fieldset>
  );
}
