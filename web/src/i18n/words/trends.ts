// Signals: browse, compare, export; trends.

export const trendsWords = {
  'trend.title': { zh: '趨勢', en: 'Trends' },
  'trend.choose': { zh: '選擇點位', en: 'Choose signals' },
  'trend.none': { zh: '還沒有選任何點位；按「選擇點位」加入趨勢。', en: 'No signal is chosen; add some with “Choose signals”.' },
  'trend.remove': { zh: '移除 {{name}}', en: 'Remove {{name}}' },
  'trend.gap': { zh: '無資料', en: 'no data' },
  'trend.summary': { zh: '從 {{from}} 到 {{to}}，共 {{count}} 條線。', en: 'From {{from}} to {{to}}, {{count}} lines.' },
  'trend.hint': { zh: '鍵盤 ← → 平移、＋ － 縮放、0 還原、「,」「.」移動游標。', en: 'Keys: ← → pan, + − zoom, 0 resets, comma and full stop move the cursor.' },
  'trend.explain': { zh: '線為依時間加權的平均，色帶為最小到最大；斷開處沒有資料。', en: 'Lines are means weighted by time, bands reach from least to greatest; where a line breaks nothing was known.' },
  'trend.table': { zh: '以表格顯示', en: 'As a table' },
  'trend.time': { zh: '時間', en: 'Time' },
} as const;
