// Which address shows which page. The floor comes with the first bytes; every other page is fetched
// when it is wanted. What a page keeps in its address, it reads and writes itself (search.ts beside it).

import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { lazy, type FunctionComponent } from 'react';
import { AppFrame } from './components/app_frame';
import { PageError } from './components/page_error';
import { NotFound } from './components/not_found';
import { FloorPage } from './pages/floor/floor_page';
import { machineSearch, type MachineSearch } from './pages/machine/search';

type Search = Record<string, unknown>;

function page<Name extends string>(load: () => Promise<Record<Name, FunctionComponent>>, name: Name) {
  return lazy(async () => ({ default: (await load())[name] }));
}

const root = createRootRoute({ component: AppFrame, notFoundComponent: NotFound });
const at = <Path extends string>(path: Path, component: FunctionComponent, frame?: 'none') =>
  createRoute({
    getParentRoute: () => root,
    path,
    validateSearch: (search: Search): Search => search,
    component,
    staticData: { frame },
  });

const machine = createRoute({
  getParentRoute: () => root,
  path: '/machines/$id',
  validateSearch: (search: Search): MachineSearch => machineSearch(search),
  component: page(() => import('./pages/machine/machine_page'), 'MachinePage'),
});

const connections = () => import('./pages/connections/connections_page');
const machineForm = page(() => import('./pages/connections/machine_form_page'), 'MachineFormPage');
const group = page(() => import('./pages/groups/group_page'), 'GroupPage');

const pages = [
  at('/', FloorPage),
  machine,
  at('/shift', page(() => import('./pages/shift/shift_page'), 'ShiftPage')),
  at('/plant', group),
  at('/groups/$', group),
  at('/signals', page(() => import('./pages/signals/signals_page'), 'SignalsPage')),
  at('/alarms', page(() => import('./pages/alarms/alarms_page'), 'AlarmsPage')),
  at('/connections', page(connections, 'ConnectionsPage')),
  at('/connections/new', machineForm),
  at('/connections/$id', machineForm),
  at('/board', page(() => import('./pages/board/board_page'), 'BoardPage'), 'none'),
  at('/storage', page(() => import('./pages/storage/storage_page'), 'StoragePage')),
  at('/settings', page(() => import('./pages/settings/settings_page'), 'SettingsPage')),
  at('/system', page(() => import('./pages/system/system_page'), 'SystemPage')),
  at('/welcome', page(() => import('./pages/welcome/welcome_page'), 'WelcomePage')),
  at('/gallery', page(() => import('./pages/gallery/gallery_page'), 'GalleryPage'), 'none'),
] as const;

export const router = createRouter({
  routeTree: root.addChildren(pages),
  defaultPreload: 'intent',
  defaultErrorComponent: PageError,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
