// A machine of its own page: /connections/new, /connections/new?from=ID (a copy), /connections/ID.

import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { definitionQuery, type MachineDefinition } from '../../api/connections';
import { plantQuery } from '../../api/plant';
import { machinesQuery } from '../../api/queries';
import { EmptyState } from '../../components/empty_state';
import { Icon } from '../../components/icons';
import { Loaded } from '../../components/loaded';
import { Page } from '../../components/page';
import { SkeletonRows } from '../../components/skeletons';
import { ApiError } from '../../api/client';
import { useWords } from '../../i18n';
import { draftOf, emptyDraft, type Draft } from './form/draft';
import { MachineForm } from './form/machine_form';
import { nextId } from './form/new_id';
import classes from './connections_page.module.css';

/** A copy has everything but the name and the id. */
function copyOf(machine: MachineDefinition, suffix: string, taken: readonly string[]): Draft {
  const name = `${machine.name ?? machine.id}${suffix}`;
  return { ...draftOf(machine), name, id: nextId(machine.id, [...taken, machine.id]) };
}

function Form({ id, from }: { id: string | null; from: string | null }) {
  const { t } = useWords();
  const source = id ?? from;
  const definition = useQuery({ ...definitionQuery(source ?? ''), enabled: source !== null, refetchOnMount: 'always' });
  const machines = useQuery(machinesQuery);
  const plant = useQuery(plantQuery);
  const taken = (machines.data ?? []).map((machine) => machine.id);
  const groups = [...new Set([...(plant.data?.groups ?? []), ...(machines.data ?? []).map(({ group }) => group)])].filter(Boolean).sort();
  const isNew = id === null;
  if (isNew && machines.data === undefined && machines.error === null) return <SkeletonRows />;
  if (source === null) return <MachineForm first={emptyDraft()} isNew groups={groups} taken={taken} />;
  if (definition.error instanceof ApiError && definition.error.status === 404)
    return (
      <EmptyState
        icon="connections"
        title={t('form.gone', { id: source })}
        text={t('form.goneText')}
        action={
          <Link className={classes.link} to="/connections">
            {t('form.toList')}
          </Link>
        }
      />
    );
  return (
    <Loaded query={definition} skeleton={<SkeletonRows />}>
      {(machine) => <MachineForm key={source} first={isNew ? copyOf(machine, t('form.copySuffix'), taken) : draftOf(machine)} isNew={isNew} groups={groups} taken={taken} />}
    </Loaded>
  );
}

export function MachineFormPage() {
  const { t } = useWords();
  const { id } = useParams({ strict: false }) as { id?: string };
  const { from } = useSearch({ strict: false }) as { from?: unknown };
  const copied = typeof from === 'string' && from !== '' ? from : null;
  const title = id !== undefined ? t('form.editTitle', { id }) : copied !== null ? t('form.copyTitle', { id: copied }) : t('form.newTitle');
  return (
    <Page
      title={title}
      subtitle={
        <Link className={classes.link} to="/connections">
          <Icon name="back" size={18} />
          {t('form.toList')}
        </Link>
      }
    >
      <Form key={`${id ?? ''} ${copied ?? ''}`} id={id ?? null} from={id === undefined ? copied : null} />
    </Page>
  );
}
