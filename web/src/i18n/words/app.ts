// The frame: what every page may say.

export const appWords = {
  'app.title': { zh: 'Spindle', en: 'Spindle' },
  'app.skip': { zh: '跳到主要內容', en: 'Skip to content' },
  'app.overview': { zh: '總覽', en: 'Overview' },
  'app.notFound': { zh: '找不到這個頁面', en: 'There is no such page' },
  'app.toOverview': { zh: '回到總覽', en: 'Back to the overview' },
  'app.switchLanguage': { zh: 'Switch to English', en: '切換為繁體中文' },
  'app.otherLanguage': { zh: 'EN', en: '中文' },
  'app.close': { zh: '關閉', en: 'Close' },
  'app.cancel': { zh: '取消', en: 'Cancel' },
  'app.undo': { zh: '復原', en: 'Undo' },
  'app.plantTime': { zh: '廠區時間', en: 'Plant time' },
  'app.zone': { zh: '時區 {{zone}}', en: 'Time zone {{zone}}' },

  'live.open': { zh: '即時連線中', en: 'Live' },
  'live.connecting': { zh: '連線中…', en: 'Connecting…' },
  'live.broken': { zh: '連線中斷', en: 'Connection lost' },
  'live.banner': { zh: '連線中斷，顯示最後資料', en: 'Connection lost, showing last data' },
  'live.bannerAge': { zh: '最後收到資料：{{age}}前。', en: 'Last data received {{age}} ago.' },
  'live.bannerNever': { zh: '尚未收到任何資料，持續嘗試連線中。', en: 'Nothing received yet; still trying to connect.' },
  'live.bannerHeals': { zh: '連線恢復後會自動更新。', en: 'Updates by itself once the connection is back.' },

  'status.error': { zh: '系統錯誤', en: 'System error' },
  'status.warning': { zh: '系統警告', en: 'System warning' },
  'status.recompute': { zh: '正在重新計算過去資料', en: 'Recomputing the past' },
  'status.recomputeMachine': { zh: '正在重新計算過去資料：{{machine}}', en: 'Recomputing the past: {{machine}}' },
  'status.progress': { zh: '{{done}} / {{total}}', en: '{{done}} / {{total}}' },

  'error.title': { zh: '無法載入資料', en: 'The data could not be loaded' },
  'error.unreachable': { zh: '連不到主機。請確認主機已開機、網路正常。', en: 'The box does not answer. Check that it is on and that the network works.' },
  'error.notFound': { zh: '找不到這項資料，可能已被移除。', en: 'There is no such thing; it may have been removed.' },
  'error.retry': { zh: '重試', en: 'Try again' },

  'loading': { zh: '載入中', en: 'Loading' },

  'unit.d': { zh: '天', en: 'd' },
  'unit.h': { zh: '小時', en: 'h' },
  'unit.min': { zh: '分', en: 'min' },
  'unit.s': { zh: '秒', en: 's' },
  'unit.parts': { zh: '件', en: 'pcs' },
  'unit.ago': { zh: '{{age}}前', en: '{{age}} ago' },
  'unit.for': { zh: '已 {{age}}', en: 'for {{age}}' },
  'unit.never': { zh: '從未', en: 'never' },
} as const;
