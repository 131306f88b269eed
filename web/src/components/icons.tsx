// The signs that are not states, drawn here: nothing is fetched from elsewhere. One stroke of 2 on a
// 24 × 24 field, in the colour of the text around it.

const paths = {
  search: 'M10.5 4a6.5 6.5 0 1 1 0 13a6.5 6.5 0 1 1 0-13M15.3 15.3 20.5 20.5',
  close: 'M6 6l12 12M18 6 6 18',
  retry: 'M19.5 12a7.5 7.5 0 1 1-2.3-5.4M19.5 3.5v4.5h-4.5',
  sun: 'M12 8a4 4 0 1 1 0 8a4 4 0 1 1 0-8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M5.3 18.7l1.4-1.4M17.3 6.7l1.4-1.4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  back: 'M14.5 5.5 8 12l6.5 6.5',
  next: 'M9.5 5.5 16 12l-6.5 6.5',
  network: 'M12 4v6M6 20v-4h12v4M12 10v6M9 4h6v4H9z',
  session: 'M10 8 12.5 5.5a4 4 0 0 1 6 6L16 14M14 16l-2.5 2.5a4 4 0 0 1-6-6L8 10M9.5 14.5l5-5',
  freshness: 'M2.5 12h4.5l2.5-6.5 4.5 13 2.7-6.5h4.8',
  clock: 'M12 4a8 8 0 1 1 0 16a8 8 0 1 1 0-16M12 8v4.5l3 1.5',
  warning: 'M12 4 3 19.5h18zM12 10v4M12 16.8v.1',

  // Pages.
  overview: 'M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z',
  shift: 'M4 6h9M4 12h14M4 18h6M20.5 4v16',
  plant: 'M4 20V10l5.5 3.5V10l5.5 3.5V4h5v16zM8 16.8v.1M12 16.8v.1M16 16.8v.1',
  alarms: 'M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.8h4',
  signals: 'M3 15.5c2.5 0 2.5-8 5-8s2.5 9 5 9 2.5-7 4.5-7 2 3 3.5 3M3 20.5h18',
  connections: 'M9 3.5v4.5M15 3.5v4.5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0zM12 17v4',
  board: 'M3.5 4.5h17v11.5h-17zM12 16v4M8 20.5h8',
  settings: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 4.8a2.2 2.2 0 1 1 0 4.4a2.2 2.2 0 1 1 0-4.4M9 14.8a2.2 2.2 0 1 1 0 4.4a2.2 2.2 0 1 1 0-4.4',
  system: 'M4 4.5h16v6H4zM4 13.5h16v6H4zM7.5 7.5v.1M7.5 16.5v.1M11 7.5h5.5M11 16.5h5.5',
  welcome: 'M5 21V4M5 5h12l-2.5 4L17 13H5',
  gallery: 'M12 3.5a8.5 8.5 0 1 0 0 17c2 0 2-1.7 1.2-2.8-.9-1.4.1-2.7 1.8-2.7H18a2.7 2.7 0 0 0 2.5-2.7C20.5 7.3 16.7 3.5 12 3.5M7.5 12v.1M10 8v.1M15 8.3v.1',

  // Doing.
  more: 'M5 11.4a.6.6 0 1 1 0 1.2a.6.6 0 1 1 0-1.2M12 11.4a.6.6 0 1 1 0 1.2a.6.6 0 1 1 0-1.2M19 11.4a.6.6 0 1 1 0 1.2a.6.6 0 1 1 0-1.2',
  menu: 'M4 7h16M4 12h16M4 17h16',
  check: 'M4.5 12.5 10 18 20 6.5',
  undo: 'M8.5 5 4 9.5l4.5 4.5M4.5 9.5H14a5.5 5.5 0 0 1 0 11H9',
  edit: 'M4 20l1-4.5L16.5 4 20 7.5 8.5 19zM14 6.5 17.5 10',
  trash: 'M4.5 6.5h15M9.5 6.5v-3h5v3M6.5 6.5l1 14h9l1-14M10.3 10.5v6M13.7 10.5v6',
  copy: 'M8.5 8.5h11v12h-11zM15.5 8.5v-5h-11v12h4',
  download: 'M12 4v11M7.5 10.5 12 15l4.5-4.5M4.5 20h15',
  upload: 'M12 15V4M7.5 8.5 12 4l4.5 4.5M4.5 20h15',
  filter: 'M4 5h16l-6 7.5V19l-4 1.5v-8z',
  sort: 'M8 4.5v15M4.5 8 8 4.5 11.5 8M16 19.5v-15M12.5 16l3.5 3.5 3.5-3.5',
  up: 'M5.5 14.5 12 8l6.5 6.5',
  down: 'M5.5 9.5 12 16l6.5-6.5',
  fullscreen: 'M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5',
  play: 'M7 4.5v15l12-7.5z',
  pause: 'M7.5 4.5v15M16.5 4.5v15',
  calendar: 'M4 6h16v14H4zM4 10.5h16M8.5 3.5v4M15.5 3.5v4',
  open: 'M13.5 4H20v6.5M20 4 11 13M17 14v6H4V7h6',

  // Telling.
  info: 'M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 1 1 0-17M12 11v5.5M12 7.6v.1',
  lock: 'M5.5 10.5h13v10h-13zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5M12 14.5v2.5',
  empty: 'M4 13.5 6.5 5h11L20 13.5V20H4zM4 13.5h4.5l1.5 3h4l1.5-3H20',
  offline: 'M4 4l16 16M8.5 15.5a5 5 0 0 1 5-1.3M5.5 12a9 9 0 0 1 4.5-2.4M14 9.6a9 9 0 0 1 4.5 2.4M3 8.5a13 13 0 0 1 3.5-2.3M10.5 5.3A13 13 0 0 1 21 8.5M12 19v.1',
  eye: 'M2.5 12S6 5.5 12 5.5 21.5 12 21.5 12 18 18.5 12 18.5 2.5 12 2.5 12M12 9a3 3 0 1 1 0 6a3 3 0 1 1 0-6',
  person: 'M12 4a4 4 0 1 1 0 8a4 4 0 1 1 0-8M4.5 20.5c.8-4 3.7-6 7.5-6s6.7 2 7.5 6',
  keyboard: 'M2.5 6h19v12h-19zM6 10v.1M10 10v.1M14 10v.1M18 10v.1M8 14.2h8',
  display: 'M12 3.5a8.5 8.5 0 1 1 0 17a8.5 8.5 0 1 1 0-17M12 3.5v17M12 8h5.5M12 12h8M12 16h5.5',
  temperature: 'M12 3.5a2 2 0 0 1 2 2v8.2a4 4 0 1 1-4 0V5.5a2 2 0 0 1 2-2M12 9v8',
  disk: 'M4 6.5C4 4.8 7.6 3.5 12 3.5s8 1.3 8 3-3.6 3-8 3-8-1.3-8-3zM4 6.5v11c0 1.7 3.6 3 8 3s8-1.3 8-3v-11M4 12c0 1.7 3.6 3 8 3s8-1.3 8-3',
} as const;

export type IconName = keyof typeof paths;
export const iconNames = Object.keys(paths) as IconName[];

export function Icon({ name, size = 20 }: { name: IconName; size?: number | string }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" focusable="false" style={{ flex: 'none' }}>
      <path d={paths[name]} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}
