// Step 1: what the plant is called, and which clock it lives by.

import { useMemo, useState } from 'react';
import { useApplyPlant, type PlantSettings } from '../../api/plant';
import { Complaining } from '../../components/form/complaints';
import { FieldRow, TextField } from '../../components/form/fields';
import { ErrorText } from '../../components/trouble';
import { useWords } from '../../i18n';
import { complaintsOf } from '../connections/form/server_errors';
import { checkSite } from '../settings/site_tab';
import { ZoneField, guessedZone } from '../settings/zone_field';
import { StepFrame } from './step_frame';
import { useKept } from './use_kept';
import classes from './welcome.module.css';

export function SiteStep({ plant, onDone, onSkip }: { plant: PlantSettings; onDone: () => void; onSkip: () => void }) {
  const { t } = useWords();
  const [site, setSite, forget] = useKept('site', plant.set_up ? plant.site : { name: plant.site.name, timezone: guessedZone() });
  const [showAll, setShowAll] = useState(false);
  const apply = useApplyPlant();
  const own = useMemo(() => checkSite(site), [site]);
  const wrong = useMemo(() => new Map([...complaintsOf(apply.error), ...own]), [apply.error, own]);
  const next = () => {
    if (own.size > 0) return setShowAll(true);
    const done = () => {
      forget();
      onDone();
    };
    if (site.name === plant.site.name && site.timezone === plant.site.timezone && plant.set_up) return done();
    apply.mutate({ site: { ...site, name: site.name.trim() } }, { onSuccess: done });
    return undefined;
  };
  return (
    <Complaining wrong={wrong} showAll={showAll}>
      <StepFrame title={t('welcome.site')} text={t('welcome.siteText')} next={t('welcome.next')} onNext={next} busy={apply.isPending} onSkip={onSkip} skip={t('welcome.skip')}>
        <FieldRow>
          <TextField label={t('settings.name')} path="/site/name" autoFocus placeholder={t('welcome.nameExample')} help={t('settings.nameHelp')} value={site.name} onChange={(name) => setSite({ ...site, name })} />
          <ZoneField value={site.timezone} onChange={(timezone) => setSite({ ...site, timezone })} />
        </FieldRow>
        {apply.error !== null && wrong.size === 0 && (
          <p className={classes.failed} role="alert">
            <ErrorText error={apply.error} />
          </p>
        )}
      </StepFrame>
    </Complaining>
  );
}
