// How the box itself is: processor, memory, temperature, load. A dash where it does not tell.

import type { BoxHealth } from '../api/system';
import { useWords } from '../i18n';
import { formatBytes, formatNumber, formatPercent } from '../time/format';
import { Fact, Meter } from './meter';

const none = '—';

export function BoxFacts({ box }: { box: BoxHealth | undefined }) {
  const { t } = useWords();
  return (
    <>
      <Meter name={t('system.cpu')} text={box?.cpu_share == null ? none : formatPercent(box.cpu_share)} value={box?.cpu_share ?? null} most={1} high={0.9} note={t('system.cpuNote')} />
      <Meter
        name={t('system.memory')}
        text={box?.memory_bytes == null || box.memory_total_bytes === null ? none : t('system.of', { used: formatBytes(box.memory_bytes), total: formatBytes(box.memory_total_bytes) })}
        value={box?.memory_bytes ?? null}
        most={box?.memory_total_bytes ?? null}
        high={0.9}
      />
      <Fact name={t('system.temperature')} note={t('system.temperatureNote')}>
        {box?.temperature_c == null ? none : `${formatNumber(box.temperature_c, 1)} °C`}
      </Fact>
      <Fact name={t('system.load')} note={t('system.loadNote')}>
        {box?.load1 == null ? none : formatNumber(box.load1, 2)}
      </Fact>
    </>
  );
}
