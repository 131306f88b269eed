// Values out of the box and into it, as files.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { allOf, allSignalsQuery } from '../../api/signals';
import type { Machine } from '../../api/types';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty_state';
import { ExportDialog } from '../../components/export_dialog';
import { SelectField } from '../../components/form/fields';
import { Icon } from '../../components/icons';
import { Loaded } from '../../components/loaded';
import { useWords } from '../../i18n';
import { serverNow } from '../../state/clock';
import { useSite } from '../../state/site';
import { startOfDay } from '../../time/zone';
import { ImportCard } from './import_card';
import classes from './storage.module.css';

function ExportForm({ machines }: { machines: readonly Machine[] }) {
  const { t } = useWords();
  const { timezone } = useSite();
  const [chosen, setChosen] = useState(machines[0]?.id ?? '');
  // The day until now, held still while the dialog is open.
  const [window, setWindow] = useState<{ from: ReturnType<typeof serverNow>; to: ReturnType<typeof serverNow> } | null>(null);
  const machine = machines.find(({ id }) => id === chosen) ?? machines[0];
  if (machine === undefined) return null;
  return (
    <div className={classes.exporting}>
      <SelectField label={t('transfer.machine')} value={machine.id} onChange={setChosen} options={machines.map(({ id, name }) => ({ value: id, word: name }))} />
      <Button leftSection={<Icon name="download" />} onClick={() => setWindow({ from: startOfDay(serverNow(), timezone), to: serverNow() })} data-action="export">
        {t('transfer.choose')}
      </Button>
      {window !== null && <ExportDialog opened onClose={() => setWindow(null)} signals={[allOf(machine.id)]} count={machine.signals.length} window={window} zone={timezone} />}
    </div>
  );
}

export function TransferTab() {
  const { t } = useWords();
  const machines = useQuery(allSignalsQuery);
  return (
    <div className={classes.pair}>
      <Card title={t('transfer.export')}>
        <p className={classes.note}>{t('transfer.exportText')}</p>
        <Loaded query={machines} isEmpty={(all) => all.length === 0} empty={<EmptyState icon="download" title={t('transfer.noMachines')} />}>
          {(all) => <ExportForm machines={all} />}
        </Loaded>
      </Card>
      <ImportCard />
    </div>
  );
}
