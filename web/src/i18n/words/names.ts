// Which signal each name of a file is that is imported.

export const namesWords = {
  'names.title': { zh: '檔案裡的名稱對應到哪個點位', en: 'Which signals the names of the file are' },
  'names.lost': { zh: '{{count}} 個名稱找不到對應的點位', en: '{{count}} names are no signal here' },
  'names.text': { zh: '檔案用別的名稱時，替它選設備與點位，全部選好再重新檢查。', en: 'Where the file calls a signal otherwise, choose its machine and signal; then check the file again.' },
  'names.rows': { zh: '{{count}} 列', en: '{{count}} lines' },
  'names.nowhere': { zh: '不會匯入', en: 'Is left out' },
  'names.machine': { zh: '設備', en: 'Machine' },
  'names.signal': { zh: '點位', en: 'Signal' },
  'names.asNamed': { zh: '依檔案的名稱', en: 'As it is named' },
  'names.choose': { zh: '請選擇', en: 'Choose' },
  'names.more': { zh: '另有 {{count}} 個名稱', en: 'and {{count}} more names' },
  'names.ask': { zh: '套用並重新檢查', en: 'Apply and check again' },
} as const;
