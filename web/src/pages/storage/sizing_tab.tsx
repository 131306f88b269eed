// 容量試算: what a plant of some size takes, by what this box measured of itself.

import { useQuery } from '@tanstack/react-query';
import { useDeferredValue, useMemo, useState } from 'react';
import { sizingQuery, type Sizing } from '../../api/storage';
import { Card } from '../../components/card';
import { Complaining, type Complaint } from '../../components/form/complaints';
import { FieldRow, TextField } from '../../components/form/fields';
import { LightShape } from '../../components/lights';
import { Loaded } from '../../components/loaded';
import { useWords } from '../../i18n';
import { formatBytes, formatNumber, formatPercent } from '../../time/format';
import { askedSizing, limits, sizingFields, wrongFields, type SizingField, type SizingTexts } from './sizing_form';
import { useDaysText } from './spans_text';
import classes from './storage.module.css';

function Result({ sizing }: { sizing: Sizing }) {
  const { t } = useWords();
  const daysText = useDaysText();
  const well = sizing.fits.disk;
  const room = formatBytes(sizing.room_bytes);
  const lasts = sizing.lasts_days !== null ? daysText(sizing.lasts_days) : sizing.total_bytes > 0 ? t('sizing.lastsLong') : '—';
  return (
    <div className={classes.sizing} data-fits={well} aria-live="polite">
      <p className={classes.outlook}>
        <LightShape status={well ? 'ok' : 'down'} size={26} />
        <strong>{sizing.lasts_days === null && sizing.total_bytes === 0 ? t('sizing.nothing') : t('sizing.lasts', { room, time: lasts })}</strong>
      </p>
      <p className={classes.outlookText}>
        <strong>{well ? t('sizing.fits', { days: formatNumber(sizing.inputs.days) }) : t('sizing.fitsNot', { days: formatNumber(sizing.inputs.days) })}</strong> {sizing.fits.why}
      </p>
      <dl className={classes.figures}>
        <div className={classes.figure}>
          <dt>{t('sizing.disk')}</dt>
          <dd className="number">{formatBytes(sizing.total_bytes)}</dd>
          <dd className={classes.note}>{t('sizing.diskNote', { raw: formatBytes(sizing.raw_bytes), rollup: formatBytes(sizing.rollup_bytes), journal: formatBytes(sizing.journal_bytes) })}</dd>
        </div>
        <div className={classes.figure}>
          <dt>{t('sizing.cpu')}</dt>
          <dd className="number">{formatPercent(sizing.cpu_share)}</dd>
          <dd className={classes.note}>{t('sizing.cpuNote')}</dd>
        </div>
        <div className={classes.figure}>
          <dt>{t('sizing.memory')}</dt>
          <dd className="number">{formatBytes(sizing.memory_bytes)}</dd>
          <dd className={classes.note}>{t('sizing.memoryNote')}</dd>
        </div>
      </dl>
      <p className={classes.note}>
        {t('sizing.basis', {
          bytes: formatNumber(sizing.measured.bytes_per_value, 2),
          bytesBasis: t(`sizing_basis.${sizing.measured.basis}`),
          cpu: formatNumber(sizing.measured.cpu_us_per_value, 2),
          cpuBasis: t(`sizing_basis.${sizing.measured.cpu_basis}`),
        })}
      </p>
    </div>
  );
}

export function SizingTab() {
  const { t } = useWords();
  const [texts, setTexts] = useState<SizingTexts>({});
  const asked = useDeferredValue(JSON.stringify(askedSizing(texts)));
  const query = useQuery(sizingQuery(useMemo(() => JSON.parse(asked) as Partial<Sizing['inputs']>, [asked])));
  const wrong = useMemo(
    () =>
      new Map<string, Complaint>(
        wrongFields(texts).map((field) => [field, { key: 'sizing.wrong', values: { least: limits[field].least.toLocaleString('en-US'), most: limits[field].most.toLocaleString('en-US') } }]),
      ),
    [texts],
  );
  const units: Record<SizingField, string | undefined> = { machines: undefined, signals: undefined, rate_s: t('sizing.seconds'), days: t('sizing.daysUnit'), room_gb: 'GB' };
  const labels: Record<SizingField, string> = { machines: t('sizing.machines'), signals: t('sizing.signals'), rate_s: t('sizing.rate'), days: t('sizing.days'), room_gb: t('sizing.room') };
  return (
    <Card title={t('sizing.title')} aside={<span className="dim">{t('sizing.text')}</span>}>
      <Complaining wrong={wrong} showAll={false}>
        <FieldRow>
          {sizingFields.map((field) => (
            <TextField
              key={field}
              label={labels[field]}
              path={field}
              unit={units[field]}
              inputMode={limits[field].whole ? 'numeric' : 'decimal'}
              value={texts[field] ?? (query.data === undefined ? '' : String(Number(query.data.inputs[field].toFixed(2))))}
              onChange={(written) => setTexts((before) => ({ ...before, [field]: written }))}
            />
          ))}
        </FieldRow>
        <Loaded query={query}>{(sizing) => <Result sizing={sizing} />}</Loaded>
      </Complaining>
    </Card>
  );
}
