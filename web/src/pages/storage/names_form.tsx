// Which signal each name of a file is. Nothing is read anew until all of it is said.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ImportedName } from '../../api/exchange';
import { allSignalsQuery } from '../../api/signals';
import { SelectField } from '../../components/form/fields';
import { Icon } from '../../components/icons';
import { LightShape } from '../../components/lights';
import { useWords } from '../../i18n';
import { formatNumber } from '../../time/format';
import { complete, nameRows, sameNames, signalsOf, withName, type Names } from './import_names';
import classes from './names_form.module.css';

const rowsMax = 50;

interface NamesFormProps {
  found: readonly ImportedName[];
  asked: Names;
  onAsk: (names: Names) => void;
}

export function NamesForm({ found, asked, onAsk }: NamesFormProps) {
  const { t } = useWords();
  const machines = useQuery(allSignalsQuery).data ?? [];
  const [wanted, setWanted] = useState(asked);
  const lost = found.filter(({ machine }) => machine === null);
  const [opened, setOpened] = useState(lost.length > 0);
  if (found.length === 0) return null;
  const rows = nameRows(found, wanted, rowsMax);
  const next = complete(wanted);
  return (
    <details className={classes.names} open={opened} onToggle={(event) => setOpened(event.currentTarget.open)} data-names={found.length}>
      <summary>
        <LightShape status={lost.length > 0 ? 'warn' : 'ok'} size={18} />
        {lost.length > 0 ? t('names.lost', { count: formatNumber(lost.length) }) : t('names.title')}
      </summary>
      <p>{t('names.text')}</p>
      <ul>
        {rows.map(({ name, rows: count, machine, chosen }) => (
          <li key={name} data-name={name}>
            <div>
              <code>{name.replace(/^\//, '')}</code>
              <span className="dim">{t('names.rows', { count: formatNumber(count) })}</span>
              {machine === null && <span className={classes.lost}>{t('names.nowhere')}</span>}
            </div>
            <SelectField
              label={t('names.machine')}
              value={chosen.machine}
              onChange={(id) => setWanted(withName(wanted, name, id, signalsOf(machines, id).some((each) => each.id === chosen.signal) ? chosen.signal : ''))}
              options={[{ value: '', word: t('names.asNamed') }, ...machines.map((each) => ({ value: each.id, word: each.name }))]}
            />
            <SelectField
              label={t('names.signal')}
              value={chosen.signal}
              disabled={chosen.machine === ''}
              onChange={(id) => setWanted(withName(wanted, name, chosen.machine, id))}
              options={[{ value: '', word: t('names.choose') }, ...signalsOf(machines, chosen.machine).map(({ id }) => ({ value: id, word: id }))]}
            />
          </li>
        ))}
      </ul>
      {found.length > rowsMax && <p className="dim">{t('names.more', { count: formatNumber(found.length - rowsMax) })}</p>}
      <Button variant="default" leftSection={<Icon name="retry" />} disabled={sameNames(next, asked)} onClick={() => onAsk(next)} data-action="ask-names">
        {t('names.ask')}
      </Button>
    </details>
  );
}
