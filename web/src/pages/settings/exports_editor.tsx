// Files of values that are written to a folder each day or hour, for other systems to fetch.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { formats } from '../../api/exchange';
import { machinesQuery } from '../../api/queries';
import { allOf } from '../../api/signals';
import { FieldRow, SelectField, TextField } from '../../components/form/fields';
import { Icon } from '../../components/icons';
import { useWords } from '../../i18n';
import { tidyClock } from './shift_plan';
import { exportDraft, type ExportDraft } from './storage_form';
import classes from './settings_page.module.css';

interface Props {
  exports: readonly ExportDraft[];
  onChange: (exports: ExportDraft[]) => void;
}

const everything = '';

export function ExportsEditor({ exports, onChange }: Props) {
  const { t } = useWords();
  const machines = useQuery(machinesQuery).data ?? [];
  const put = (place: number, part: Partial<ExportDraft>) => onChange(exports.map((each, at) => (at === place ? { ...each, ...part } : each)));
  return (
    <>
      {exports.length === 0 && <p className={classes.none}>{t('exports.none')}</p>}
      <ol className={classes.exports}>
        {exports.map((each, place) => {
          const path = `/storage/exports/${place}`;
          // A list that is neither all nor one machine was written elsewhere: it stays as it is.
          const signals = each.signals.join(' ');
          const whole = [{ value: everything, word: t('exports.everything') }, ...machines.map(({ id, name }) => ({ value: allOf(id), word: name }))];
          const options = whole.some(({ value }) => value === signals) ? whole : [...whole, { value: signals, word: t('exports.listed', { count: each.signals.length }) }];
          return (
            <li key={place} data-export-schedule={place}>
              <FieldRow>
                <TextField label={t('exports.name')} path={`${path}/name`} help={t('exports.nameHelp')} value={each.name} onChange={(name) => put(place, { name })} />
                <TextField label={t('exports.folder')} path={`${path}/folder`} mono placeholder="/media/usb/spindle" value={each.folder} onChange={(folder) => put(place, { folder })} />
                <SelectField label={t('exports.signals')} path={`${path}/signals`} value={signals} options={options} onChange={(value) => put(place, { signals: value === everything ? [] : value.split(' ') })} />
                <SelectField label={t('download.format')} path={`${path}/format`} value={each.format} options={formats.map((value) => ({ value, word: t(`format.${value}`) }))} onChange={(format) => put(place, { format })} />
                <SelectField
                  label={t('exports.every')}
                  path={`${path}/every`}
                  value={each.every}
                  options={(['day', 'hour'] as const).map((value) => ({ value, word: t(`exports_every.${value}`) }))}
                  onChange={(every) => put(place, { every: every as ExportDraft['every'], at: '00:05' })}
                />
                <TextField label={t('storage_form.at')} path={`${path}/at`} help={each.every === 'hour' ? t('exports.atHour') : t('storage_form.atHelp')} inputMode="numeric" tidy={tidyClock} value={each.at} onChange={(at) => put(place, { at })} />
              </FieldRow>
              <Button variant="subtle" leftSection={<Icon name="trash" />} onClick={() => onChange(exports.filter((_, at) => at !== place))} aria-label={t('exports.removeOf', { name: each.name })}>
                {t('exports.remove')}
              </Button>
            </li>
          );
        })}
      </ol>
      <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => onChange([...exports, exportDraft({ folder: '' })])} data-action="add-export">
        {t('exports.add')}
      </Button>
    </>
  );
}
