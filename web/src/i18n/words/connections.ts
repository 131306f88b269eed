// Connections and their four lights.

export const connectionsWords = {
  'light.network': { zh: '網路', en: 'Network' },
  'light.session': { zh: '通訊', en: 'Session' },
  'light.freshness': { zh: '資料更新', en: 'Fresh values' },
  'light.clock': { zh: '時鐘', en: 'Clock' },
  'light.ok': { zh: '正常', en: 'OK' },
  'light.warn': { zh: '注意', en: 'Attention' },
  'light.down': { zh: '中斷', en: 'Down' },
  'light.unknown': { zh: '未知', en: 'Unknown' },
  'light.skew': { zh: '時鐘差 {{skew}}', en: 'Clock differs by {{skew}}' },
  'light.all': { zh: '連線燈號', en: 'Connection lights' },

  'connection.title': { zh: '連線', en: 'Connection' },
  'connection.endpoint': { zh: '位址', en: 'Address' },
  'connection.protocol': { zh: '通訊協定', en: 'Protocol' },
  'connection.lastSeen': { zh: '最後收到資料', en: 'Last data received' },
  'connection.error': { zh: '錯誤', en: 'Error' },
  'connection.quarantined': { zh: '已隔離的點位', en: 'Quarantined addresses' },
  'connection.quarantinedHelp': { zh: '設備拒絕讀取下列位址，其他點位照常讀取，稍後會自動再試。', en: 'The device refuses to give these; everything else is read as usual, and they are tried again later.' },
  'connection.retry': { zh: '立即重試', en: 'Retry now' },
  'connection.retried': { zh: '已要求立即重新連線', en: 'Asked to reconnect now' },
  'connection.retryFailed': { zh: '無法要求重新連線：', en: 'Could not ask for it: ' },
  'connection.ok': { zh: '連線正常', en: 'Connected' },
  'connection.stale': { zh: '資料過舊', en: 'Values are old' },
  'connection.down': { zh: '連線中斷', en: 'Not connected' },
  'connection.connecting': { zh: '連線中', en: 'Connecting' },
} as const;
