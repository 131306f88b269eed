// A spreadsheet's rows, checked one by one before they become signals.

import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Protocol } from '../../../api/connections';
import { useSaid } from '../../../components/form/complaints';
import { AreaField } from '../../../components/form/fields';
import { Dialog } from '../../../components/dialog';
import { Icon } from '../../../components/icons';
import { LightShape } from '../../../components/lights';
import { useWords } from '../../../i18n';
import { isModbus } from '../protocols';
import type { SignalDraft } from './draft';
import { pastedRows } from './paste_table';
import { useRoleWord } from './role_select';
import classes from './paste_dialog.module.css';

interface PasteDialogProps {
  opened: boolean;
  protocol: Protocol;
  taken: readonly string[];
  onClose: () => void;
  onTake: (rows: SignalDraft[]) => void;
}

export function PasteDialog({ opened, protocol, taken, onClose, onTake }: PasteDialogProps) {
  const { t } = useWords();
  const say = useSaid();
  const wordOf = useRoleWord();
  const [text, setText] = useState('');
  const rows = pastedRows(text, protocol, taken, wordOf);
  const good = rows.filter(({ wrong }) => wrong.length === 0);
  const example = isModbus(protocol) ? 'id\taddress\ttype\trole\tunit\nparts\thr:10\tuint32\tpart_count\t\npower\tir:20\tfloat32\tpower\tkW' : 'id\taddress\ttype\trole\nexecution\texec\ttext\texecution';
  return (
    <Dialog opened={opened} onClose={onClose} title={t('paste.title')} size="xl">
      <AreaField label={t('paste.label')} mono rows={6} help={t('paste.help')} placeholder={example} value={text} onChange={setText} autoFocus />
      {rows.length > 0 && (
        <>
          <p className={classes.summary} role="status">
            {t('paste.summary', { good: good.length, bad: rows.length - good.length })}
          </p>
          <ul className={classes.rows}>
            {rows.slice(0, 200).map(({ signal, wrong }) => (
              <li key={signal.key} data-wrong={wrong.length > 0 || undefined}>
                <LightShape status={wrong.length === 0 ? 'ok' : 'down'} />
                <span className={classes.id}>{signal.id || '—'}</span>
                <code>{signal.address}</code>
                <span className="dim">{[signal.type, signal.role !== '' && wordOf(signal.role), signal.unit].filter(Boolean).join(' · ')}</span>
                {wrong.length > 0 && <span className={classes.why}>{wrong.map(([, complaint]) => say(complaint)).join(' ')}</span>}
              </li>
            ))}
          </ul>
        </>
      )}
      <div className={classes.actions}>
        <Button variant="default" onClick={onClose}>
          {t('app.cancel')}
        </Button>
        <Button
          leftSection={<Icon name="plus" />}
          disabled={good.length === 0}
          onClick={() => {
            onTake(good.map(({ signal }) => signal));
            setText('');
          }}
        >
          {t('paste.take', { count: good.length })}
        </Button>
      </div>
    </Dialog>
  );
}
