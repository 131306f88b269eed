// The waterfall of time: what the calendar has, what was planned, what ran, and what it was worth.

import type { Kpi } from '../../api/types';
import { Card } from '../../components/card';
import { whyOf } from '../../components/figures';
import { useWords } from '../../i18n';
import { formatNumber, formatPercent } from '../../time/format';
import { stepsOf, type Step } from './waterfall';
import classes from './waterfall_card.module.css';

const percent = (share: number) => `${Math.min(100, Math.max(0, share * 100))}%`;

function Bar({ step, before }: { step: Step; before: Step | undefined }) {
  if (step.share === null) return <div className={classes.bar} data-empty />;
  const lost = Math.max(0, (before?.share ?? step.share) - step.share);
  const unknown = Math.min(lost, step.unknown ?? 0);
  return (
    <div className={classes.bar} aria-hidden="true">
      <div className={classes.kept} data-step={step.name} style={{ width: percent(step.share) }} />
      <div className={classes.lost} style={{ width: percent(lost - unknown) }} />
      {unknown > 0 && <div className="stripes-offline" style={{ width: percent(unknown) }} />}
    </div>
  );
}

export function WaterfallCard({ kpi }: { kpi: Kpi }) {
  const { t } = useWords();
  const steps = stepsOf(kpi);
  return (
    <Card title={t('groups.waterfall')} aside={<span className="dim">{t('groups.waterfallHint')}</span>}>
      <ol className={classes.steps}>
        {steps.map((step, place) => (
          <li key={step.name} data-step={step.name}>
            <div className={classes.name}>
              <strong>{t(`groups.step.${step.name}`)}</strong>
              <small>{t(`groups.explain.${step.name}`)}</small>
            </div>
            <Bar step={step} before={steps[place - 1]} />
            <div className={`${classes.value} number`}>
              {step.time === null ? (
                <small className={classes.why}>{(step.missing && whyOf(kpi, step.missing)) ?? t('receipt.noWhy')}</small>
              ) : (
                <>
                  <strong>
                    {formatNumber(step.time / 3600, 1)} <small>{t('unit.h')}</small>
                  </strong>
                  {step.kept !== null && step.name !== 'calendar' && <small>{t(`groups.kept.${step.name}`, { share: formatPercent(step.kept) })}</small>}
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
