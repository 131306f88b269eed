// 儲存與備份: what is kept, how long there is room, what goes next; backups; values out and in as files;
// what another plant would take.

import { Button } from '@mantine/core';
import { Link, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Icon } from '../../components/icons';
import { Page } from '../../components/page';
import { PageTabs } from '../../components/page_tabs';
import { useWords } from '../../i18n';
import { BackupsTab } from './backups_tab';
import { OverviewTab } from './overview_tab';
import { tabOf, tabs, type Tab } from './search';
import { SignalsTab } from './signals_tab';
import { SizingTab } from './sizing_tab';
import { TransferTab } from './transfer_tab';

const contents: Record<Tab, () => ReactNode> = {
  overview: OverviewTab,
  signals: SignalsTab,
  backups: BackupsTab,
  transfer: TransferTab,
  sizing: SizingTab,
};

export function StoragePage() {
  const { t } = useWords();
  const tab = tabOf(useSearch({ strict: false }));
  const Content = contents[tab];
  return (
    <Page
      title={t('nav.storage')}
      subtitle={t('storage.subtitle')}
      actions={
        <Button component={Link} to="/settings" search={{ tab: 'storage' } as never} variant="default" leftSection={<Icon name="settings" />}>
          {t('storage.toSettings')}
        </Button>
      }
      tabs={<PageTabs label={t('storage.tabs')} to="/storage" tabs={tabs.map((each) => ({ tab: each, word: t(`storage_tab.${each}`) }))} now={tab} />}
    >
      <Content />
    </Page>
  );
}
