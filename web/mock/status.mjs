// What the box tells of itself: a healthy one, half an hour's problems behind it.

export const healthAt = (at, iso) => ({
  started: iso(at - 9 * 86_400_000 - 4 * 3_600_000),
  uptime_s: 9 * 86_400 + 4 * 3600,
  folder: '/var/lib/spindle',
  store: {
    journal_sequence: 197_455, queue_depth: 0,
    journal: { bytes: 3_412_000_000, first_t: iso(at - 41 * 86_400_000), last_t: iso(at - 400), sequence: 197_455, limit_bytes: 8_000_000_000 },
    ledger: { bytes: 84_000_000 },
    history: { bytes: 1_250_000_000 },
    disk: { free_bytes: 41_300_000_000, total_bytes: 64_000_000_000 },
  },
  queue: { depth: 12, capacity: 65_536, refusals: 0 },
  rates: { observations_per_s: 184.2 },
  box: { cpu_share: 0.07, memory_bytes: 642_000_000, memory_total_bytes: 4_000_000_000, temperature_c: 52.4, load1: 0.31 },
  program: { cpu_share: 0.03, memory_bytes: 61_000_000 },
  mirror: {
    server: 'postgres://spindle_box@db.plant:5432/plant', state: 'current', lag_s: 1.4, rows: 184_220,
    transactions: 5210, connects: 1, complete_until: iso(at - 1400), problem: null,
  },
  log: [
    { t: iso(at - 1_100_000), event: 'cleared', severity: 'warning', code: 'history_write', what: '歷史資料寫入恢復正常' },
    { t: iso(at - 1_420_000), event: 'raised', severity: 'warning', code: 'device_clock', what: '數控車床 2：設備時鐘快 184.2 秒，請校時' },
    { t: iso(at - 7_310_000), event: 'raised', severity: 'error', code: 'history_write', what: '歷史資料寫入失敗一次：No space left on device；已恢復' },
  ],
});
