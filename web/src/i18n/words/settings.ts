// Settings: site, calendar, reasons.

export const settingsWords = {
  'changes.who': { zh: '{{who}} · 第 {{generation}} 版', en: '{{who}} · version {{generation}}' },
  'changes.local': { zh: '本機', en: 'at this box' },
  'changes.same': { zh: '只有順序或說明不同', en: 'Only the order differs' },
  'changes.all': { zh: '顯示全部 {{count}} 項', en: 'Show all {{count}}' },
  'changes.current': { zh: '目前使用中', en: 'In force' },
  'changes.back': { zh: '回到這一版', en: 'Go back to this' },
  'changes.backTitle': { zh: '回到這一版設定？', en: 'Go back to these settings?' },
  'changes.restored': { zh: '已回到選擇的版本', en: 'The chosen version is in force' },
  'changes.older': { zh: '更早的變更', en: 'Earlier changes' },
  'changes.none': { zh: '還沒有任何變更', en: 'No changes yet' },
  'changes.noneText': { zh: '每次修改設定都會記在這裡，隨時可以改回來。', en: 'Every change of settings is noted here and can be undone.' },

  'effect.none': { zh: '和目前的設定相同，不會改變任何東西。', en: 'The same as now: nothing changes.' },
  'effect.recompute': { zh: '會重新計算 {{count}} 台設備的過去資料：', en: 'The past of {{count}} machines is recomputed: ' },
  'effect.more': { zh: '等，另外 {{rest}} 台', en: 'and {{rest}} more' },
  'effect.recomputeWhy': { zh: '稼動率、產量與各班報表會照新設定重算；進行時頁面照常可用。', en: 'Figures by shift and day follow the new settings; pages keep working meanwhile.' },
} as const;
