// What stands around every page: the header, the way to every other page, and what is wrong just now.

import { useQuery } from '@tanstack/react-query';
import { Outlet } from '@tanstack/react-router';
import { Suspense } from 'react';
import { siteQuery } from '../api/queries';
import classes from '../app.module.css';
import { useWords } from '../i18n';
import { FloorSkeleton } from '../pages/floor/floor_states';
import { LiveBanner, StatusBanners, useBroken } from './banners';
import { PageHeader } from './page_header';
import { LoadError } from './trouble';

export function AppFrame() {
  const { t } = useWords();
  const site = useQuery(siteQuery);
  const broken = useBroken();
  return (
    <>
      <a className="skip" href="#main">
        {t('app.skip')}
      </a>
      <PageHeader />
      <main id="main" className={classes.main}>
        <LiveBanner broken={broken} />
        <StatusBanners />
        {site.data !== undefined ? (
          <Suspense fallback={<FloorSkeleton />}>
            <Outlet />
          </Suspense>
        ) : site.error !== null ? (
          <LoadError error={site.error} onRetry={() => void site.refetch()} />
        ) : (
          <FloorSkeleton />
        )}
      </main>
    </>
  );
}
