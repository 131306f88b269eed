// Navigation, command palette, installing.

export const frameWords = {
  'nav.overview': { zh: '總覽', en: 'Overview' },
  'nav.shift': { zh: '當班進度', en: 'Shift' },
  'nav.plant': { zh: '全廠指標', en: 'Plant figures' },
  'nav.alarms': { zh: '警報中心', en: 'Alarms' },
  'nav.signals': { zh: '資料點位', en: 'Signals' },
  'nav.connections': { zh: '連線設定', en: 'Connections' },
  'nav.board': { zh: '電子看板', en: 'Board' },
  'nav.settings': { zh: '系統設定', en: 'Settings' },
  'nav.system': { zh: '系統狀態', en: 'System health' },
  'nav.main': { zh: '主選單', en: 'Main menu' },
} as const;
