// 系統設定: the plant's own settings, each kind on its tab.

import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { plantQuery, type PlantSettings } from '../../api/plant';
import { Loaded } from '../../components/loaded';
import { Page } from '../../components/page';
import { PageTabs } from '../../components/page_tabs';
import { SkeletonRows } from '../../components/skeletons';
import { useWords } from '../../i18n';
import { CalendarTab } from './calendar_tab';
import { ChangesList } from './changes_list';
import { MachinesTab } from './machines_tab';
import { ReasonsTab } from './reasons_tab';
import { tabOf, tabs, type Tab } from './search';
import { SiteTab } from './site_tab';
import { StorageTab } from './storage_tab';

function Content({ tab, plant }: { tab: Tab; plant: PlantSettings }) {
  // A newer generation fills the forms anew.
  const key = `${plant.generation}`;
  if (tab === 'calendar') return <CalendarTab key={key} plant={plant} />;
  if (tab === 'reasons') return <ReasonsTab key={key} plant={plant} />;
  if (tab === 'storage') return <StorageTab key={key} plant={plant} />;
  if (tab === 'machines') return <MachinesTab />;
  if (tab === 'history') return <ChangesList />;
  return <SiteTab key={key} plant={plant} />;
}

export function SettingsPage() {
  const { t } = useWords();
  const tab = tabOf(useSearch({ strict: false }));
  const plant = useQuery(plantQuery);
  return (
    <Page title={t('settings.title')} subtitle={t(`settings_note.${tab}`)} tabs={<PageTabs label={t('settings.tabs')} to="/settings" tabs={tabs.map((each) => ({ tab: each, word: t(`settings_tab.${each}`) }))} now={tab} />}>
      <Loaded query={plant} skeleton={<SkeletonRows />}>
        {(data) => <Content tab={tab} plant={data} />}
      </Loaded>
    </Page>
  );
}
