// Which address shows which page. The floor comes with the first bytes; a machine's page is fetched
// when it is wanted.

import { useQuery } from '@tanstack/react-query';
import { createRootRoute, createRoute, createRouter, Link, Outlet } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { siteQuery } from './api/queries';
import { LiveBanner, StatusBanners, useBroken } from './components/banners';
import { PageHeader } from './components/page_header';
import { LoadError } from './components/trouble';
import { useWords } from './i18n';
import { FloorPage } from './pages/floor/floor_page';
import { FloorSkeleton } from './pages/floor/floor_states';
import classes from './app.module.css';
import type { WindowSearch } from './time/windows';
import { choiceOf, searchOf } from './time/windows';

const MachinePage = lazy(() =>
  import('./pages/machine/machine_page').then(({ MachinePage: page }) => ({ default: page })),
);

function Root() {
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

function NotFound() {
  const { t } = useWords();
  return (
    <div className={classes.notFound}>
      <h1>{t('app.notFound')}</h1>
      <Link to="/">{t('app.toOverview')}</Link>
    </div>
  );
}

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const floor = createRoute({ getParentRoute: () => root, path: '/', component: FloorPage });

const machine = createRoute({
  getParentRoute: () => root,
  path: '/machines/$id',
  validateSearch: (search: Record<string, unknown>): WindowSearch =>
    Object.keys(search).length === 0 ? {} : searchOf(choiceOf(search)),
  component: MachinePage,
});

export const router = createRouter({
  routeTree: root.addChildren([floor, machine]),
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
