// Why machines stand: the list people choose from, in the order it is offered.

import { ActionIcon, Button } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { PlantSettings, Reason } from '../../api/plant';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty_state';
import { Complaining, type Complaint } from '../../components/form/complaints';
import { SelectField, TextField } from '../../components/form/fields';
import { Icon } from '../../components/icons';
import { toastDone } from '../../components/undo_toast';
import { useWords } from '../../i18n';
import { ApplyBar } from './apply_bar';
import { useApply } from './use_apply';
import classes from './reasons_tab.module.css';
import page from './settings_page.module.css';

export function checkReasons(reasons: readonly Reason[]): Map<string, Complaint> {
  const wrong = new Map<string, Complaint>();
  const seen = new Set<string>();
  reasons.forEach(({ id, name }, place) => {
    if (name.trim() === '') wrong.set(`/reasons/${place}/name`, { key: 'form.wrong.needed' });
    if (!/^[a-z0-9_-]{1,64}$/.test(id)) wrong.set(`/reasons/${place}/id`, { key: 'reasons.wrongId' });
    else if (seen.has(id)) wrong.set(`/reasons/${place}/id`, { key: 'form.wrong.twice', values: { id } });
    seen.add(id);
  });
  return wrong;
}

export function moved<T>(items: readonly T[], from: number, to: number): T[] {
  if (to < 0 || to >= items.length) return [...items];
  const next = [...items];
  next.splice(to, 0, ...next.splice(from, 1));
  return next;
}

const tidy = (reasons: readonly Reason[]): Reason[] =>
  reasons.map(({ id, name, name_en, group, state }) => ({ id, name: name.trim(), ...(name_en?.trim() && { name_en: name_en.trim() }), ...(group?.trim() && { group: group.trim() }), ...(state && { state }) }));

const newReasonId = (reasons: readonly Reason[]): string => {
  for (let next = reasons.length + 1; ; ++next) if (!reasons.some(({ id }) => id === `reason_${next}`)) return `reason_${next}`;
};

export function ReasonsTab({ plant }: { plant: PlantSettings }) {
  const { t } = useWords();
  const [reasons, setReasons] = useState(plant.reasons);
  const [showAll, setShowAll] = useState(false);
  const applying = useApply(plant.generation, () => undefined);
  const own = useMemo(() => checkReasons(reasons), [reasons]);
  const wrong = useMemo(() => new Map([...applying.refused, ...own]), [applying.refused, own]);
  const groups = [...new Set(reasons.map(({ group }) => group ?? '').filter(Boolean))];
  const known = new Set(plant.reasons.map(({ id }) => id));
  const dirty = JSON.stringify(tidy(reasons)) !== JSON.stringify(tidy(plant.reasons));
  const set = (place: number, part: Partial<Reason>) => setReasons((before) => before.map((each, at) => (at === place ? { ...each, ...part } : each)));
  const remove = (place: number) => {
    const before = reasons;
    setReasons(before.filter((_, at) => at !== place));
    toastDone(t('reasons.removed', { name: before[place]?.name ?? '' }), () => setReasons(before));
  };

  return (
    <Complaining wrong={wrong} showAll={showAll}>
      <div className={page.stack}>
        <Card title={t('reasons.title')} aside={<span className="dim">{t('reasons.note')}</span>}>
          {reasons.length === 0 && <EmptyState title={t('reasons.none')} text={t('reasons.noneText')} />}
          <ul className={classes.list}>
            {reasons.map((reason, place) => (
              <li key={known.has(reason.id) ? reason.id : place} className={classes.row} data-reason={reason.id}>
                <div className={classes.moves}>
                  <ActionIcon variant="subtle" size={44} disabled={place === 0} aria-label={t('reasons.up', { name: reason.name })} onClick={() => setReasons(moved(reasons, place, place - 1))}>
                    <Icon name="up" />
                  </ActionIcon>
                  <ActionIcon variant="subtle" size={44} disabled={place === reasons.length - 1} aria-label={t('reasons.down', { name: reason.name })} onClick={() => setReasons(moved(reasons, place, place + 1))}>
                    <Icon name="down" />
                  </ActionIcon>
                </div>
                <TextField label={t('reasons.name')} path={`/reasons/${place}/name`} value={reason.name} onChange={(name) => set(place, { name })} />
                <TextField label={t('reasons.nameEn')} path={`/reasons/${place}/name_en`} value={reason.name_en ?? ''} onChange={(name_en) => set(place, { name_en })} />
                <TextField label={t('reasons.group')} path={`/reasons/${place}/group`} options={groups} value={reason.group ?? ''} onChange={(group) => set(place, { group })} />
                <SelectField
                  label={t('reasons.state')}
                  path={`/reasons/${place}/state`}
                  value={reason.state ?? ''}
                  onChange={(state) => set(place, { state: state === '' ? null : (state as 'setup' | 'maint') })}
                  options={[{ value: '', word: t('reasons.noState') }, { value: 'setup', word: t('state.setup') }, { value: 'maint', word: t('state.maint') }]}
                />
                <TextField label={t('reasons.id')} path={`/reasons/${place}/id`} mono disabled={known.has(reason.id)} value={reason.id} onChange={(id) => set(place, { id })} />
                <ActionIcon className={classes.remove} variant="subtle" size={44} aria-label={t('reasons.remove', { name: reason.name })} title={t('reasons.removeTitle')} onClick={() => remove(place)}>
                  <Icon name="trash" />
                </ActionIcon>
              </li>
            ))}
          </ul>
          <Button variant="default" leftSection={<Icon name="plus" />} onClick={() => setReasons([...reasons, { id: newReasonId(reasons), name: '', name_en: '', group: groups[0] ?? '', state: null }])} data-action="add-reason">
            {t('reasons.add')}
          </Button>
        </Card>
        <ApplyBar dirty={dirty} wrong={showAll ? own.size : 0} busy={applying.looking} onReset={() => setReasons(plant.reasons)} onApply={() => (own.size > 0 ? setShowAll(true) : void applying.review({ reasons: tidy(reasons) }))} />
        {applying.dialog}
      </div>
    </Complaining>
  );
}
