// What tells of disk, backups and long actions, in each state it can be in.

import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty_state';
import { Meter } from '../../components/meter';
import { ProgressNote } from '../../components/progress_note';
import { useWords } from '../../i18n';
import { formatPercent } from '../../time/format';
import { BackupList } from '../storage/backup_list';
import { OutlookCard } from '../storage/outlook_card';
import { SpaceCard } from '../storage/space_card';
import { backups, lowShare, share, storageStates } from './fixed';
import classes from './gallery.module.css';
import { Section, Specimen } from './specimen';

const nothing = () => undefined;

export function StorageSection() {
  const { t } = useWords();
  return (
    <Section id="storage" title={t('gallery.storage')}>
      <div className={classes.pairs}>
        {storageStates.map((state, place) => (
          <Specimen key={place} name={t('gallery.outlook')}>
            <OutlookCard state={state} />
          </Specimen>
        ))}
      </div>
      <div className={classes.grid}>
        <Specimen name={t('storage.space')}>{storageStates[0] !== undefined && <SpaceCard state={storageStates[0]} />}</Specimen>
        <Specimen name={t('gallery.meters')}>
          <Card title={t('storage.health')}>
            <Meter name={t('storage.disk')} text={formatPercent(lowShare)} value={lowShare} most={1} high={0.8} />
            <Meter name={t('storage.disk')} text={formatPercent(share)} value={share} most={1} high={0.8} />
            <Meter name={t('storage.disk')} text="—" value={null} most={null} note={t('storage.diskUnknown')} />
          </Card>
        </Specimen>
        <Specimen name={t('gallery.progress')}>
          <ProgressNote what={t('status.recompute')} done={4210} total={10_000} onCancel={nothing} />
          <ProgressNote what={t('backup.running')} done={lowShare} total={1} told={formatPercent(lowShare, 0)} onCancel={nothing} />
          <ProgressNote what={t('backup.verifying')} done={null} total={null} onCancel={nothing} />
        </Specimen>
      </div>
      <Specimen name={t('backup.list')} wide>
        <BackupList items={backups} busy onDelete={nothing} />
      </Specimen>
      <Specimen name={t('gallery.empty')} wide>
        <EmptyState icon="disk" title={t('backup.none')} text={t('backup.noneText')} />
      </Specimen>
    </Section>
  );
}
