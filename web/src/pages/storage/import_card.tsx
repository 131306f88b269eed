// 匯入: a file is checked and shown before anything of it is taken.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useRef, useState } from 'react';
import { formats, type Format, type ImportedSignal, type ImportReport, type ImportWay } from '../../api/exchange';
import { machinesQuery } from '../../api/queries';
import { signalName } from '../../api/signals';
import { instantOf, type Ratio } from '../../api/units';
import { linesMax } from '../../charts/colors';
import { Card } from '../../components/card';
import { FieldRow, SelectField } from '../../components/form/fields';
import { Icon } from '../../components/icons';
import { LightShape } from '../../components/lights';
import { ProgressNote } from '../../components/progress_note';
import { DataTable, type Column } from '../../components/table/data_table';
import tables from '../../components/tables.module.css';
import { ErrorText } from '../../components/trouble';
import { useWords } from '../../i18n';
import { useSite } from '../../state/site';
import { formatBytes, formatDateTime, formatNumber, formatPercent } from '../../time/format';
import { NamesForm } from './names_form';
import { useImport, type Import } from './use_import';
import classes from './storage.module.css';

const problemsMax = 20;

function Chooser({ onFile }: { onFile: (file: File) => void }) {
  const { t } = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  return (
    <div
      className={classes.drop}
      data-over={over || undefined}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file !== undefined) onFile(file);
      }}
    >
      <Icon name="upload" size={32} />
      <Button onClick={() => input.current?.click()} data-action="choose-file">
        {t('import.choose')}
      </Button>
      <span className="dim">{t('import.drop')}</span>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t('import.choose')}
        accept=".csv,.txt,.tsv,.xlsx,.xml,.jsonl,.ndjson,.bin"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? [];
          // The same file may be chosen again after it was mended.
          event.currentTarget.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
    </div>
  );
}

function Problems({ report: { problems, problem_count } }: { report: ImportReport }) {
  const { t } = useWords();
  if (problems.length === 0) return null;
  return (
    <div className={classes.problems} data-problems={problem_count}>
      <p>
        <Icon name="warning" />
        <strong>{t('import.problems', { count: formatNumber(problem_count) })}</strong>
      </p>
      <ul>
        {problems.slice(0, problemsMax).map(({ line, what }, place) => (
          <li key={`${line} ${place}`}>
            <span className="number">{line === null ? t('import.whole') : t('import.line', { line: formatNumber(line) })}</span> {what}
          </li>
        ))}
        {problem_count > problemsMax && <li className="dim">{t('import.problemsMore', { count: formatNumber(problem_count - problemsMax) })}</li>}
      </ul>
    </div>
  );
}

function Signals({ signals }: Pick<ImportReport, 'signals'>) {
  const { t } = useWords();
  const { timezone } = useSite();
  const time = (at: string | null) => (at === null ? '—' : formatDateTime(instantOf(at), timezone));
  const columns: Column<ImportedSignal>[] = [
    {
      key: 'signal',
      head: t('stored.signal'),
      cell: ({ machine, signal }) => (
        <>
          <strong>{signal}</strong>
          <span className={tables.sub}>{machine}</span>
        </>
      ),
      card: 'head',
    },
    { key: 'rows', head: t('storage.rows'), cell: ({ rows }) => <span className="number">{formatNumber(rows)}</span>, align: 'right', card: 'aside' },
    {
      key: 'range',
      head: t('stored.range'),
      cell: ({ first, last }) => (
        <span className="number">
          {time(first)}
          <span className={tables.sub}>– {time(last)}</span>
        </span>
      ),
    },
    {
      key: 'kind',
      head: t('import.kind'),
      cell: (each) => (
        <span className={tables.state}>
          <LightShape status={each.new ? 'warn' : 'ok'} size={18} />
          {each.new ? t('import.new') : t('import.known')}
        </span>
      ),
    },
  ];
  if (signals.length === 0) return null;
  return (
    <>
      <DataTable label={t('stored.signal')} rows={signals} columns={columns} keyOf={({ machine, signal }) => `${machine}/${signal}`} dataOf={({ machine, signal }) => ({ 'data-imported': `${machine}/${signal}` })} />
      {signals.some((each) => each.new) && <p className={classes.note}>{t('import.newNote')}</p>}
    </>
  );
}

/** How the file is read: another choice checks it anew. */
function Way({ way, onChange }: { way: ImportWay; onChange: (way: ImportWay) => void }) {
  const { t } = useWords();
  const machines = useQuery(machinesQuery);
  return (
    <FieldRow>
      <SelectField label={t('import.format')} value={way.format} onChange={(format) => onChange({ ...way, format: format as Format })} options={formats.map((value) => ({ value, word: t(`format.${value}`) }))} />
      <SelectField
        label={t('import.machine')}
        value={way.machine}
        onChange={(machine) => onChange({ ...way, machine })}
        options={[{ value: '', word: t('import.noMachine') }, ...(machines.data ?? []).map(({ id, name }) => ({ value: id, word: name }))]}
      />
    </FieldRow>
  );
}

/** Where what was taken is looked at: its first signals, at their time. */
function lookAt(signals: readonly ImportedSignal[]): Record<string, string> {
  const known = signals.filter(({ first, last }) => first !== null && last !== null).slice(0, linesMax);
  const from = known.map(({ first }) => first ?? '').sort()[0];
  const to = known.map(({ last }) => last ?? '').sort().at(-1);
  return { s: known.map(({ machine, signal }) => signalName(machine, signal)).join(','), ...(from !== undefined && to !== undefined && from < to && { from, to }) };
}

function Steps({ now, choose, take, cancel }: Import) {
  const { t } = useWords();
  if (now.step === 'none') return <Chooser onFile={(file) => choose(file)} />;
  const said = { name: now.file.name, size: formatBytes(now.file.size) };
  const other = (
    <Button variant="default" leftSection={<Icon name="upload" />} onClick={cancel} data-action="other-file">
      {t('import.other')}
    </Button>
  );
  if (now.step === 'reading' || now.step === 'taking')
    return (
      <ProgressNote
        what={now.sent < 1 ? t('import.sending', said) : now.step === 'reading' ? t('import.reading', said) : t('import.taking', said)}
        done={now.sent < 1 ? now.sent : null}
        total={1}
        told={formatPercent(now.sent as Ratio, 0)}
        onCancel={cancel}
      />
    );
  if (now.step === 'failed')
    return (
      <div className={classes.importing} role="alert" data-import="failed">
        <p className={classes.lead}>
          <LightShape status="down" size={22} />
          <strong>{t('import.failed')}</strong>
        </p>
        <p>
          <code>{now.file.name}</code> · <ErrorText error={now.error} />
        </p>
        <Way way={now.way} onChange={(way) => choose(now.file, way)} />
        <div className={classes.actions}>
          <Button leftSection={<Icon name="retry" />} onClick={() => choose(now.file, now.way)} data-action="again">
            {t('import.again')}
          </Button>
          {other}
        </div>
      </div>
    );
  if (now.step === 'done')
    return (
      <div className={classes.importing} role="status" data-import="done">
        <p className={classes.lead}>
          <LightShape status="ok" size={22} />
          <strong>{t('import.done', { rows: formatNumber(now.report.taken) })}</strong>
        </p>
        <p className={classes.note}>{t('import.doneText')}</p>
        {now.report.known > 0 && <p className={classes.note}>{t('import.twice', { count: formatNumber(now.report.known) })}</p>}
        <Problems report={now.report} />
        <div className={classes.actions}>
          <Button component={Link} to="/signals" search={lookAt(now.report.signals) as never} leftSection={<Icon name="signals" />}>
            {t('import.look')}
          </Button>
          {other}
        </div>
      </div>
    );
  const { report } = now;
  const rows = formatNumber(report.rows);
  return (
    <div className={classes.importing} data-import="shown">
      <p className={classes.lead}>
        <LightShape status={report.rows === 0 ? 'down' : report.problems.length > 0 ? 'warn' : 'ok'} size={22} />
        <strong>{report.rows === 0 ? t('import.nothing', { name: now.file.name }) : t('import.preview', { name: now.file.name, rows })}</strong>
      </p>
      <Way way={now.way} onChange={(way) => choose(now.file, way)} />
      <NamesForm found={report.names} asked={now.way.names} onAsk={(names) => choose(now.file, { ...now.way, names })} />
      <Problems report={report} />
      <Signals signals={report.signals} />
      <div className={classes.actions}>
        {report.rows > 0 && (
          <Button leftSection={<Icon name="check" />} onClick={take} data-action="take">
            {t('import.take', { rows })}
          </Button>
        )}
        {other}
      </div>
    </div>
  );
}

export function ImportCard() {
  const { t } = useWords();
  const importing = useImport();
  return (
    <Card title={t('import.title')}>
      <p className={classes.note}>{t('import.text')}</p>
      <p className={classes.note}>{t('import.form')}</p>
      <Steps {...importing} />
    </Card>
  );
}
