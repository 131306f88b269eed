// The plant's name and zone; and how this screen shows things.

import { useMemo, useState } from 'react';
import type { PlantSettings, PlantSite } from '../../api/plant';
import { Card } from '../../components/card';
import { DisplaySettings } from '../../components/display/display_settings';
import { Complaining, type Complaint } from '../../components/form/complaints';
import { FieldRow, TextField } from '../../components/form/fields';
import { useWords } from '../../i18n';
import { ApplyBar, Recomputing } from './apply_bar';
import { useApply } from './use_apply';
import { ZoneField, isZone } from './zone_field';
import classes from './settings_page.module.css';

export function checkSite(site: PlantSite): Map<string, Complaint> {
  const wrong = new Map<string, Complaint>();
  if (site.name.trim() === '') wrong.set('/site/name', { key: 'form.wrong.needed' });
  if (!isZone(site.timezone)) wrong.set('/site/timezone', { key: 'settings.wrongZone' });
  return wrong;
}

export function SiteTab({ plant }: { plant: PlantSettings }) {
  const { t } = useWords();
  const [site, setSite] = useState(plant.site);
  const [showAll, setShowAll] = useState(false);
  const applying = useApply(plant.generation, () => undefined);
  const own = useMemo(() => checkSite(site), [site]);
  const wrong = useMemo(() => new Map([...applying.refused, ...own]), [applying.refused, own]);
  const dirty = site.name !== plant.site.name || site.timezone !== plant.site.timezone;
  return (
    <Complaining wrong={wrong} showAll={showAll}>
      <div className={classes.stack}>
        <Recomputing />
        <Card title={t('settings.siteCard')}>
          <FieldRow>
            <TextField label={t('settings.name')} path="/site/name" help={t('settings.nameHelp')} value={site.name} onChange={(name) => setSite({ ...site, name })} />
            <ZoneField value={site.timezone} onChange={(timezone) => setSite({ ...site, timezone })} />
          </FieldRow>
          <p className={classes.note}>{t('settings.zoneNote')}</p>
        </Card>
        <ApplyBar dirty={dirty} wrong={showAll ? own.size : 0} busy={applying.looking} onReset={() => setSite(plant.site)} onApply={() => (own.size > 0 ? setShowAll(true) : void applying.review({ site }))} />
        <Card title={t('settings.screen')} aside={<span className="dim">{t('settings.screenNote')}</span>}>
          <DisplaySettings />
        </Card>
        {applying.dialog}
      </div>
    </Complaining>
  );
}
