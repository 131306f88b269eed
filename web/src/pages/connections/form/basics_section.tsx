// What the machine is called, where it stands, what it is measured against.

import { Card } from '../../../components/card';
import { FieldRow, TextField } from '../../../components/form/fields';
import { useWords } from '../../../i18n';
import type { Draft } from './draft';
import { newId } from './new_id';

interface BasicsProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  groups: readonly string[];
  taken: readonly string[];
  /** The id of a machine that exists stays. */
  fixedId: boolean;
  /** The id follows the name until a person writes one. */
  ownId: boolean;
  onOwnId: () => void;
}

export function BasicsSection({ draft, change, groups, taken, fixedId, ownId, onOwnId }: BasicsProps) {
  const { t } = useWords();
  return (
    <Card title={t('form.basics')}>
      <FieldRow>
        <TextField
          label={t('form.name')}
          path="/name"
          help={t('form.help.name')}
          value={draft.name}
          onChange={(name) => change(ownId || fixedId ? { name } : { name, id: name.trim() === '' ? '' : newId(name, taken) })}
        />
        <TextField label={t('form.group')} path="/group" help={t('form.help.group')} options={groups} value={draft.group} onChange={(group) => change({ group })} />
        <TextField
          label={t('form.id')}
          path="/id"
          mono
          disabled={fixedId}
          help={fixedId ? t('form.help.idFixed') : t('form.help.id')}
          value={draft.id}
          onChange={(id) => {
            onOwnId();
            change({ id });
          }}
        />
        <TextField label={t('form.idealCycle')} path="/ideal_cycle_s" inputMode="decimal" unit={t('form.unit.sPerPart')} help={t('form.help.idealCycle')} value={draft.ideal_cycle_s} onChange={(ideal_cycle_s) => change({ ideal_cycle_s })} />
        <TextField label={t('form.ratedPower')} path="/rated_power_kw" inputMode="decimal" unit="kW" help={t('form.help.ratedPower')} value={draft.rated_power_kw} onChange={(rated_power_kw) => change({ rated_power_kw })} />
      </FieldRow>
    </Card>
  );
}
