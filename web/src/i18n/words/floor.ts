// The floor and its tiles.

export const floorWords = {
  'floor.search': { zh: '搜尋設備、群組、程式、工單', en: 'Machine, group, program or order' },
  'floor.searchLabel': { zh: '搜尋', en: 'Search' },
  'floor.all': { zh: '全部', en: 'All' },
  'floor.filterLabel': { zh: '依狀態篩選', en: 'Filter by state' },
  'floor.runningOf': { zh: '加工中 {{running}} / {{count}} 台', en: '{{running}} of {{count}} running' },
  'floor.noGroup': { zh: '未分組', en: 'No group' },
  'floor.nothingFound': { zh: '沒有符合條件的設備', en: 'No machine matches' },
  'floor.showAll': { zh: '顯示全部設備', en: 'Show all machines' },
  'floor.emptyTitle': { zh: '還沒有任何設備', en: 'No machines yet' },
  'floor.byFile': { zh: '習慣用設定檔？', en: 'With a plant file instead' },
  'floor.emptyStep1': { zh: '先確認連得到設備：', en: 'See that the device can be reached:' },
  'floor.emptyStep2': { zh: '在 plant.yaml 的 machines 底下加入設備，檢查內容：', en: 'Add it under machines in plant.yaml, and check the file:' },
  'floor.emptyStep3': { zh: '套用，不必重新啟動：', en: 'Apply it; no restart is needed:' },

  'tile.since': { zh: '{{time}} 起', en: 'since {{time}}' },
  'tile.duration': { zh: '已持續', en: 'for' },
  'tile.utilization': { zh: '稼動率', en: 'Utilisation' },
  'tile.parts': { zh: '今日生產數', en: 'Parts today' },
  'tile.age': { zh: '最新資料', en: 'Newest value' },
  'tile.denominator': { zh: '分母：負荷時間', en: 'of planned busy time' },
  'tile.today': { zh: '今日 {{from}}–{{to}}', en: 'Today {{from}}–{{to}}' },
  'tile.coverage': { zh: '資料涵蓋率 {{share}}', en: 'Coverage {{share}}' },
  'tile.lowCoverage': { zh: '資料涵蓋率不足，僅供參考', en: 'Low coverage, indicative only' },
  'tile.bar': { zh: '加工 {{run}}，無資料 {{unknown}}', en: 'Running {{run}}, no data {{unknown}}' },
} as const;
