// How the machine is reached: an address pasted whole, or its parts; only the parts its protocol has.

import { useState } from 'react';
import { Button } from '@mantine/core';
import { Card } from '../../../components/card';
import { FieldRow, SelectField, TextField } from '../../../components/form/fields';
import { Icon } from '../../../components/icons';
import { useWords } from '../../../i18n';
import { readAddress, writeAddress } from '../address_url';
import { bauds, clocks, natures, parities, type ConnectionField } from '../protocols';
import { connectionDraft, type Draft } from './draft';
import { withProtocol } from './machine_diff';
import { ProtocolChoice } from './protocol_choice';
import classes from './form_page.module.css';

const numeric: readonly ConnectionField[] = ['port', 'unit', 'poll_ms', 'timeout_ms'];

function ConnectionInput({ field, draft, change }: { field: ConnectionField; draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { t } = useWords();
  const common = {
    label: t(`form.${field}`),
    path: `/connection/${field}`,
    value: draft.connection[field],
    onChange: (written: string) => change({ connection: { ...draft.connection, [field]: written } }),
  };
  if (field === 'baud') return <SelectField {...common} options={bauds.map((value) => ({ value, word: value }))} />;
  if (field === 'parity') return <SelectField {...common} options={parities.map((value) => ({ value, word: t(`form.parity.${value}`) }))} />;
  if (field === 'stop_bits') return <SelectField {...common} options={['1', '2'].map((value) => ({ value, word: value }))} />;
  if (field === 'clock') return <SelectField {...common} help={t('form.help.clock')} options={clocks.map((value) => ({ value, word: t(`form.clock.${value}`) }))} />;
  const usual = natures[draft.protocol].defaults[field];
  return <TextField {...common} mono={!numeric.includes(field)} inputMode={numeric.includes(field) ? 'numeric' : undefined} placeholder={usual} help={t(`form.help.${field}`)} unit={field.endsWith('_ms') ? 'ms' : undefined} />;
}

/** The parts of an address that the protocol has. */
export function ConnectionInputs({ draft, change }: { draft: Draft; change: (part: Partial<Draft>) => void }) {
  const { t } = useWords();
  const { fields } = natures[draft.protocol];
  if (draft.protocol === 'push') return <p className={classes.note}>{t('form.pushNote')}</p>;
  return (
    <FieldRow>
      {fields.map((field) => (
        <ConnectionInput key={field} field={field} draft={draft} change={change} />
      ))}
    </FieldRow>
  );
}

export function PasteAddress({ onRead, autoFocus }: { onRead: (read: { draft: (before: Draft) => Draft }) => void; autoFocus?: boolean }) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const [told, setTold] = useState<string | null>(null);
  const take = (written: string) => {
    const reading = readAddress(written);
    if ('wrong' in reading) return setTold(written.trim() === '' ? null : t(reading.wrong));
    setTold(t(reading.guessed ? 'address.guessed' : 'address.read', { protocol: t(`protocol.${reading.protocol}`) }));
    onRead({
      draft: (before) => {
        const other = withProtocol(before, reading.protocol);
        const fresh = connectionDraft(reading.protocol);
        return { ...other, connection: { ...other.connection, ...(reading.protocol === 'mtconnect' ? { device: '' } : {}), port: fresh.port, ...reading.fields } };
      },
    });
  };
  return (
    <div className={classes.paste}>
      <TextField
        label={t('address.paste')}
        mono
        autoFocus={autoFocus}
        placeholder={natures['modbus-tcp'].urlExample}
        help={told ?? t('address.pasteHelp')}
        value={text}
        onChange={(written) => {
          setText(written);
          take(written);
        }}
      />
    </div>
  );
}

interface SectionProps {
  draft: Draft;
  change: (part: Partial<Draft>) => void;
  replace: (by: (before: Draft) => Draft) => void;
}

export function ConnectionSection({ draft, change, replace }: SectionProps) {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  const nature = natures[draft.protocol];
  const address = writeAddress(draft.protocol, draft.connection);
  const copy = () => void navigator.clipboard?.writeText(address).then(() => setCopied(true), () => undefined);
  return (
    <Card title={t('form.connection')}>
      <div className={classes.stack}>
        <PasteAddress onRead={({ draft: by }) => replace(by)} />
        <ProtocolChoice value={draft.protocol} onChoose={(protocol) => replace((before) => withProtocol(before, protocol))} />
        <ConnectionInputs draft={draft} change={change} />
        {address !== '' && (
          <p className={classes.address}>
            <span className="dim">{t('form.asUrl')}</span> <code>{address}</code>
            <Button variant="subtle" leftSection={<Icon name={copied ? 'check' : 'copy'} />} onClick={copy}>
              {copied ? t('form.copied') : t('form.copy')}
            </Button>
          </p>
        )}
        <details className={classes.details}>
          <summary>{t('form.finer')}</summary>
          <FieldRow>
            {nature.finer.map((field) => (
              <ConnectionInput key={field} field={field} draft={draft} change={change} />
            ))}
          </FieldRow>
        </details>
      </div>
    </Card>
  );
}
