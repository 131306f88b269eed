// One signal, edited where it stands. On a wide screen a row under headings, on a phone a card.

import { ActionIcon } from '@mantine/core';
import { memo, useState } from 'react';
import type { Protocol, TestedValue as Tested } from '../../../api/connections';
import { SelectField, TextField } from '../../../components/form/fields';
import { Icon } from '../../../components/icons';
import { useWords } from '../../../i18n';
import { isModbus } from '../protocols';
import { isNumeric, isWide, orders, valueTypes } from '../roles';
import { historyFields, signalPath, type SignalDraft, type SignalTexts } from './draft';
import { HistoryFields } from './history_fields';
import { RoleSelect } from './role_select';
import { TestedValue } from './tested_value';
import classes from './signals_section.module.css';

interface SignalRowProps {
  signal: SignalDraft;
  place: number;
  protocol: Protocol;
  tested: Tested | undefined;
  onChange: (key: number, part: Partial<SignalTexts>) => void;
  onDuplicate: (key: number) => void;
  onRemove: (key: number) => void;
}

export const SignalRow = memo(function SignalRow({ signal, place, protocol, tested, onChange, onDuplicate, onRemove }: SignalRowProps) {
  const { t } = useWords();
  const [open, setOpen] = useState(signal.offset !== '' || signal.poll_ms !== '' || historyFields.some((field) => signal[field] !== ''));
  const path = (field: keyof SignalTexts) => signalPath(place, field);
  const set = (field: keyof SignalTexts) => (value: string) => onChange(signal.key, { [field]: value });
  const name = signal.id || t('signal.nth', { n: place + 1 });
  const modbus = isModbus(protocol);
  return (
    <li className={classes.row} data-signal={signal.id} aria-label={name}>
      <TextField label={t('signal.id')} path={path('id')} mono value={signal.id} onChange={set('id')} />
      <TextField label={t('signal.address')} path={path('address')} mono placeholder={modbus ? 'hr:0' : signal.id} value={signal.address} onChange={set('address')} />
      <SelectField label={t('signal.type')} path={path('type')} value={signal.type} onChange={set('type')} options={[{ value: '', word: t('signal.typeAuto') }, ...valueTypes.map((value) => ({ value, word: t(`type.${value}`) }))]} />
      <RoleSelect label={t('signal.role')} path={path('role')} value={signal.role} onChange={set('role')} />
      <TextField label={t('signal.unit')} path={path('unit')} value={signal.unit} onChange={set('unit')} options={['kW', 'kWh', 'A', 'V', '°C', 'rpm', '%', 'mm', 'mm/min', 'bar', 'mm/s']} />
      <TextField label={t('signal.scale')} path={path('scale')} inputMode="decimal" placeholder="1" disabled={signal.type !== '' && !isNumeric(signal.type) && signal.scale === ''} value={signal.scale} onChange={set('scale')} />
      <div className={classes.actions}>
        <ActionIcon variant="subtle" size={44} aria-label={t('signal.more', { name })} title={t('signal.moreTitle')} aria-expanded={open} onClick={() => setOpen(!open)}>
          <Icon name={open ? 'up' : 'down'} />
        </ActionIcon>
        <ActionIcon variant="subtle" size={44} aria-label={t('signal.duplicate', { name })} title={t('signal.duplicateTitle')} onClick={() => onDuplicate(signal.key)}>
          <Icon name="copy" />
        </ActionIcon>
        <ActionIcon variant="subtle" size={44} aria-label={t('signal.remove', { name })} title={t('signal.removeTitle')} onClick={() => onRemove(signal.key)}>
          <Icon name="trash" />
        </ActionIcon>
      </div>
      {tested !== undefined && (
        <div className={classes.tested} data-tested={signal.id}>
          <span className="dim">{t('signal.tested')}</span> <TestedValue {...tested} unit={signal.unit} />
        </div>
      )}
      {open && (
        <div className={classes.finer}>
          {modbus && <SelectField label={t('signal.order')} path={path('order')} help={isWide(signal.type) ? t('signal.orderHelp') : t('signal.orderNarrow')} value={signal.order} onChange={set('order')} options={orders.map((value) => ({ value: value === 'ABCD' ? '' : value, word: t(`order.${value}`) }))} />}
          <TextField label={t('signal.offset')} path={path('offset')} inputMode="decimal" placeholder="0" help={t('signal.offsetHelp')} value={signal.offset} onChange={set('offset')} />
          <TextField label={t('signal.poll')} path={path('poll_ms')} inputMode="numeric" unit="ms" placeholder={t('signal.pollDefault')} value={signal.poll_ms} onChange={set('poll_ms')} />
          <HistoryFields signal={signal} path={path} set={set} />
        </div>
      )}
    </li>
  );
});
