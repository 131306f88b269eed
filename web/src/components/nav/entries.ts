// The pages a person can go to, in the order of a day: what is going on, what it amounts to, what to
// set up. The palette, the side bar and the bottom bar all read this list.

import type { TextKey } from '../../i18n';
import type { IconName } from '../icons';

export interface NavEntry {
  to: '/' | '/shift' | '/plant' | '/alarms' | '/signals' | '/connections' | '/board' | '/storage' | '/settings' | '/system';
  icon: IconName;
  word: TextKey;
  /** Stands in the bottom bar of a phone. */
  thumb?: true;
}

export const navEntries: readonly NavEntry[] = [
  { to: '/', icon: 'overview', word: 'nav.overview', thumb: true },
  { to: '/shift', icon: 'shift', word: 'nav.shift', thumb: true },
  { to: '/plant', icon: 'plant', word: 'nav.plant' },
  { to: '/alarms', icon: 'alarms', word: 'nav.alarms', thumb: true },
  { to: '/signals', icon: 'signals', word: 'nav.signals' },
  { to: '/connections', icon: 'connections', word: 'nav.connections', thumb: true },
  { to: '/board', icon: 'board', word: 'nav.board' },
  { to: '/storage', icon: 'disk', word: 'nav.storage' },
  { to: '/settings', icon: 'settings', word: 'nav.settings' },
  { to: '/system', icon: 'system', word: 'nav.system' },
];

const belongs: Record<string, NavEntry['to']> = { '/machines': '/', '/groups': '/plant', '/welcome': '/settings' };

/** The entry a path belongs to, so that a machine's page still shows where one is. */
export function entryOf(path: string): NavEntry['to'] | undefined {
  const head = `/${path.split('/')[1] ?? ''}`;
  return belongs[head] ?? navEntries.find(({ to }) => to === head)?.to;
}
