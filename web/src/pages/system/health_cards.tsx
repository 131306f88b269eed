// The box in four cards: the program, what it keeps, what comes in, the hardware.

import type { SystemStatus } from '../../api/system';
import { BoxFacts } from '../../components/box_facts';
import { Card } from '../../components/card';
import { Fact, Meter } from '../../components/meter';
import { Moment } from '../../components/moments';
import { useWords } from '../../i18n';
import { formatBytes, formatDuration, formatNumber, formatPercent } from '../../time/format';

const none = '—';

function ProgramCard({ status }: { status: SystemStatus }) {
  const { t, duration } = useWords();
  return (
    <Card title={t('system.program')}>
      <Fact name={t('system.version')}>{status.version}</Fact>
      <Fact name={t('system.started')}>{status.started === undefined ? none : <Moment at={status.started} withSeconds={false} />}</Fact>
      <Fact name={t('system.uptime')} note={t('system.uptimeNote')}>
        {status.uptime_s === undefined ? none : formatDuration(status.uptime_s, duration)}
      </Fact>
      <Fact name={t('system.share')}>
        {status.program?.cpu_share == null ? none : formatPercent(status.program.cpu_share)}
        {status.program?.memory_bytes != null && ` · ${formatBytes(status.program.memory_bytes)}`}
      </Fact>
      <Fact name={t('system.folder')} note={t('system.folderNote')}>
        {status.folder ?? none}
      </Fact>
    </Card>
  );
}

function StoreCard({ status: { store = {} } }: { status: SystemStatus }) {
  const { t } = useWords();
  const { journal, ledger, history, disk } = store;
  const free = disk?.free_bytes ?? null;
  const total = disk?.total_bytes ?? null;
  return (
    <Card title={t('system.store')}>
      <Meter
        name={t('system.disk')}
        text={free === null || total === null ? none : t('system.free', { free: formatBytes(free), total: formatBytes(total) })}
        value={free === null || total === null ? null : total - free}
        most={total}
        high={0.9}
        note={t('system.diskNote')}
      />
      <Meter
        name={t('system.journal')}
        text={journal === undefined ? none : t('system.of', { used: formatBytes(journal.bytes), total: formatBytes(journal.limit_bytes) })}
        value={journal?.bytes ?? null}
        most={journal?.limit_bytes ?? null}
        note={t('system.journalNote')}
      />
      <Fact name={t('system.since')}>{journal?.first_t ? <Moment at={journal.first_t} withSeconds={false} /> : none}</Fact>
      <Fact name={t('system.history')} note={t('system.historyNote')}>
        {history === undefined ? none : formatBytes(history.bytes)}
      </Fact>
      <Fact name={t('system.ledger')} note={t('system.ledgerNote')}>
        {ledger === undefined ? none : formatBytes(ledger.bytes)}
      </Fact>
    </Card>
  );
}

function IntakeCard({ status: { rates, queue, store } }: { status: SystemStatus }) {
  const { t } = useWords();
  const last = store?.journal?.last_t;
  return (
    <Card title={t('system.intake')}>
      <Fact name={t('system.rate')} note={t('system.rateNote')}>
        {rates?.observations_per_s == null ? none : t('system.perSecond', { count: formatNumber(rates.observations_per_s, 1) })}
      </Fact>
      <Meter
        name={t('system.queue')}
        text={queue === undefined ? none : t('system.of', { used: formatNumber(queue.depth), total: formatNumber(queue.capacity) })}
        value={queue?.depth ?? null}
        most={queue?.capacity ?? null}
        high={0.5}
        note={t('system.queueNote')}
      />
      <Fact name={t('system.refusals')} note={t('system.refusalsNote')}>
        {queue === undefined ? none : formatNumber(queue.refusals)}
      </Fact>
      <Fact name={t('system.lastWrite')}>{last ? <Moment at={last} /> : none}</Fact>
    </Card>
  );
}

function BoxCard({ status: { box } }: { status: SystemStatus }) {
  const { t } = useWords();
  return (
    <Card title={t('system.box')}>
      <BoxFacts box={box} />
    </Card>
  );
}

export function HealthCards({ status }: { status: SystemStatus }) {
  return (
    <>
      <ProgramCard status={status} />
      <BoxCard status={status} />
      <StoreCard status={status} />
      <IntakeCard status={status} />
    </>
  );
}
