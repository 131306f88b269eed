// What shows data, in each state it can be in.

import { Button } from '@mantine/core';
import { useState } from 'react';
import { Card } from '../../components/card';
import { EmptyState } from '../../components/empty_state';
import { FigureTile } from '../../components/figure_tile';
import { Icon } from '../../components/icons';
import { Loaded } from '../../components/loaded';
import { ShareBar } from '../../components/share_bar';
import { SkeletonRows, SkeletonTiles } from '../../components/skeletons';
import { Sparkline } from '../../components/sparkline';
import { Stale } from '../../components/stale';
import { StatePill } from '../../components/state_pill';
import { DataTable, type Column } from '../../components/table/data_table';
import { useWords } from '../../i18n';
import { formatNumber } from '../../time/format';
import { age, lowShare, manyRows, queries, share, wave, type Row } from './fixed';
import classes from './gallery.module.css';
import { Section, Specimen } from './specimen';

function Table({ rows }: { rows: readonly Row[] }) {
  const { t } = useWords();
  const columns: Column<Row>[] = [
    { key: 'name', head: t('gallery.machine'), cell: ({ name }) => name, sort: ({ name }) => name, card: 'head', width: '45%' },
    { key: 'state', head: t('gallery.state'), cell: ({ state }) => <StatePill state={state} size="small" />, card: 'aside', width: '30%' },
    { key: 'parts', head: t('gallery.parts'), cell: ({ parts }) => <span className="number">{parts === null ? '—' : formatNumber(parts)}</span>, sort: ({ parts }) => parts, align: 'right' },
  ];
  return (
    <DataTable
      label={t('gallery.table')}
      rows={rows}
      columns={columns}
      keyOf={({ id }) => id}
      onOpen={() => undefined}
      empty={<EmptyState title={t('floor.nothingFound')} action={<Button variant="default">{t('filter.clear')}</Button>} />}
    />
  );
}

export function QueriesSection() {
  const { t } = useWords();
  const states = [
    ['loading', t('loading')],
    ['unreachable', t('gallery.unreachable')],
    ['failed', t('gallery.failed')],
    ['denied', t('gallery.denied')],
    ['empty', t('gallery.empty')],
    ['data', t('gallery.data')],
  ] as const;
  return (
    <Section id="queries" title={t('gallery.queries')}>
      <div className={classes.grid}>
        {states.map(([state, name]) => (
          <Specimen key={state} name={name}>
            <Loaded
              query={queries[state]}
              skeleton={<SkeletonRows count={4} />}
              isEmpty={(rows) => rows.length === 0}
              empty={<EmptyState title={t('floor.emptyTitle')} text={t('first.emptyText')} action={<Button leftSection={<Icon name="plus" />}>{t('first.add')}</Button>} />}
            >
              {(rows) => <Table rows={rows} />}
            </Loaded>
          </Specimen>
        ))}
        <Specimen name={t('gallery.stale')}>
          <Stale age={age}>
            <Table rows={queries.data.data ?? []} />
          </Stale>
        </Specimen>
        <Specimen name={t('gallery.tiles')}>
          <SkeletonTiles count={2} height={90} />
        </Specimen>
      </div>
    </Section>
  );
}

export function FiguresSection() {
  const { t } = useWords();
  const figure = { figure: 'availability', name: t('figure.availability'), unit: 'ratio', formula: t('formula.availability') };
  return (
    <Section id="figures" title={t('gallery.figures')}>
      <div className={classes.grid}>
        <FigureTile {...figure} value={share} coverage={share} onOpen={() => undefined} large>
          <ShareBar run={share} coverage={share} />
        </FigureTile>
        <FigureTile {...figure} value={share} coverage={lowShare} onOpen={() => undefined} />
        <FigureTile {...figure} value={null} why={t('gallery.why')} onOpen={() => undefined} />
        <FigureTile figure="parts.total" name={t('figure.parts.total')} value={12_345} unit="parts" />
        <FigureTile figure="mtbf_s" name={t('figure.mtbf_s')} value={7384} unit="s" />
        <Stale age={age}>
          <FigureTile {...figure} value={share} />
        </Stale>
        <Card title={t('gallery.sparkline')} aside={<strong className="number">62.4 kW</strong>}>
          <Sparkline values={wave} label={t('gallery.sparkline')} width={260} height={48} />
        </Card>
      </div>
    </Section>
  );
}

export function LongTableSection() {
  const { t } = useWords();
  const [shown, setShown] = useState(false);
  return (
    <Section id="long" title={t('gallery.longTable')} note={t('gallery.longTableNote')}>
      {shown ? <Table rows={manyRows} /> : <Button onClick={() => setShown(true)}>{t('gallery.show')}</Button>}
    </Section>
  );
}
