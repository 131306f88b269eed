// Trying the connection before anything is saved: what came, what was refused and why.

import { Button } from '@mantine/core';
import type { TestReport } from '../../../api/connections';
import { Card } from '../../../components/card';
import { Icon } from '../../../components/icons';
import { LightShape } from '../../../components/lights';
import { ProgressNote } from '../../../components/progress_note';
import { ErrorText } from '../../../components/trouble';
import { useWords } from '../../../i18n';
import { formatNumber } from '../../../time/format';
import { useRoleWord } from './role_select';
import { TestedValue } from './tested_value';
import type { Attempt } from './use_attempt';
import classes from './test_panel.module.css';

export function TestSummary({ report }: { report: TestReport }) {
  const { t } = useWords();
  const good = report.values.filter(({ error }) => error === null).length;
  const silent = report.values.filter(({ error, quality }) => error !== null && quality === 'unavailable').length;
  const refused = report.values.length - good - silent;
  // An unreached device refuses nothing: only its own error counts.
  const reached = report.error === null || good + silent > 0;
  const status = !reached ? 'down' : report.error === null && refused === 0 ? 'ok' : 'warn';
  return (
    <div className={classes.summary} role="status" data-test={status}>
      <LightShape status={status} size={18} />
      <div>
        <strong>{t(`test.${status}`)}</strong>{' '}
        {reached && report.values.length > 0 && (
          <span>
            {t('test.good', { good })}
            {silent > 0 && t('test.silentCount', { silent })}
            {refused > 0 && t('test.refusedCount', { refused })}
          </span>
        )}{' '}
        <span className="dim number">{t('test.took', { seconds: formatNumber(report.elapsed_s, 1) })}</span>
        {report.error !== null && <code className={classes.error}>{report.error}</code>}
        {!reached && <p className={classes.hint}>{t('test.hint')}</p>}
      </div>
    </div>
  );
}

/** `signals`: what they mean and are counted in, by id. */
export function TestedList({ report, signals }: { report: TestReport; signals: ReadonlyMap<string, { role: string; unit: string }> }) {
  const wordOf = useRoleWord();
  return (
    <ul className={classes.list}>
      {report.values.slice(0, 100).map((each) => (
        <li key={each.id} data-tested={each.id}>
          <span className={classes.id}>
            {each.id} <code className="dim">{each.address !== each.id && each.address}</code>
          </span>
          <span>{wordOf(signals.get(each.id)?.role ?? '')}</span>
          <span className={`${classes.type} dim`}>{each.type}</span>
          <TestedValue {...each} unit={signals.get(each.id)?.unit} />
        </li>
      ))}
    </ul>
  );
}

interface TestPanelProps {
  attempt: Attempt<unknown, TestReport>;
  onTest: () => void;
  /** What was tried is no longer what is written. */
  outdated: boolean;
  disabled?: boolean;
}

export function TestPanel({ attempt, onTest, outdated, disabled }: TestPanelProps) {
  const { t } = useWords();
  const { running, result, error, cancel } = attempt;
  return (
    <Card
      title={t('test.title')}
      aside={
        !running && (
          <Button variant={result === null ? 'filled' : 'default'} leftSection={<Icon name="connections" />} disabled={disabled} onClick={onTest} data-action="test">
            {result === null ? t('test.start') : t('test.again')}
          </Button>
        )
      }
    >
      {running ? (
        <ProgressNote what={t('test.running')} done={null} total={null} onCancel={cancel} />
      ) : error !== null ? (
        <p className={classes.failed} role="alert">
          <ErrorText error={error} />
        </p>
      ) : result !== null ? (
        <>
          <TestSummary report={result} />
          {outdated && <p className={classes.outdated}>{t('test.outdated')}</p>}
        </>
      ) : (
        <p className={classes.note}>{disabled ? t('test.incomplete') : t('test.note')}</p>
      )}
    </Card>
  );
}
