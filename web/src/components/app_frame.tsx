// What stands around every page: the header, the way to every other page, and what is wrong just now.
// A route may ask to stand alone (staticData in router.tsx): the board on a wall, the gallery.

import { useQuery } from '@tanstack/react-query';
import { Outlet, useMatches } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { siteQuery } from '../api/queries';
import classes from '../app.module.css';
import { useWords } from '../i18n';
import { useSite } from '../state/site';
import { useEra } from '../time/era';
import { LiveBanner, StatusBanners, useBroken } from './banners';
import { BottomNav } from './nav/bottom_nav';
import { SideNav } from './nav/side_nav';
import { PageHeader } from './page_header';
import { useShortcuts, type Asked } from './palette/use_shortcuts';
import { SkeletonPage } from './skeletons';
import { LoadError } from './trouble';
import { useNewVersion } from './use_new_version';
import { Offline } from './offline';
import { useRememberContact } from '../state/last_contact';
import { ApiError } from '../api/client';

const Palette = lazy(() => import('./palette/palette'));
const KeyHelp = lazy(() => import('./palette/key_help'));

declare module '@tanstack/react-router' {
  interface StaticDataRouteOption {
    /** `none`: the page stands alone, without header and menus. */
    frame?: 'none';
  }
}

function Page() {
  const site = useQuery(siteQuery);
  // Dates are written by plain functions: another way of counting years draws the page anew.
  const era = useEra();
  if (site.data !== undefined)
    return (
      <Suspense fallback={<SkeletonPage />}>
        <Outlet key={era} />
      </Suspense>
    );
  if (site.error instanceof ApiError && site.error.status === 0) return <Offline onRetry={() => void site.refetch()} />;
  return site.error !== null ? <LoadError error={site.error} onRetry={() => void site.refetch()} /> : <SkeletonPage />;
}

export function AppFrame() {
  const { t } = useWords();
  const broken = useBroken();
  const known = useSite().version !== '';
  useRememberContact();
  useNewVersion();
  const alone = useMatches({ select: (matches) => matches.at(-1)?.staticData.frame === 'none' });
  const [asked, setAsked] = useState<Asked>(null);
  useShortcuts(setAsked);
  const close = () => setAsked(null);
  const help = (
    <Suspense>
      {asked === 'palette' && <Palette onClose={close} />}
      {asked === 'keys' && <KeyHelp onClose={close} />}
    </Suspense>
  );
  if (alone)
    return (
      <main id="main">
        <Page />
        {help}
      </main>
    );
  return (
    <>
      <a className="skip" href="#main">
        {t('app.skip')}
      </a>
      <PageHeader onSearch={() => setAsked('palette')} />
      <div className={classes.body}>
        <SideNav />
        <main id="main" className={classes.main}>
          {known && <LiveBanner broken={broken} />}
          <StatusBanners />
          <Page />
        </main>
      </div>
      <BottomNav />
      {help}
    </>
  );
}
