// Which alarms: of which machine or group, how grave, in which state.

import { alarmLevels } from '../../api/alarms';
import { Chips, FilterBar } from '../../components/chips';
import { useWords } from '../../i18n';
import { useMachineIndex } from '../../state/machines';
import { groupPaths, inOrder } from '../floor/sections';
import classes from './alarms.module.css';
import { alarmStates, type AlarmSearch } from './search';

/** Machines and groups in one list, told apart by the first letter of their value. */
function Where({ search, onChange }: { search: AlarmSearch; onChange: (change: Pick<AlarmSearch, 'machine' | 'group'>) => void }) {
  const { t } = useWords();
  const { data: machines = [] } = useMachineIndex();
  const value = search.machine !== undefined ? `m${search.machine}` : search.group !== undefined ? `g${search.group}` : '';
  const groups = groupPaths(machines);
  const known = value === '' || machines.some(({ id }) => value === `m${id}`) || groups.some((path) => value === `g${path}`);
  return (
    <select
      className={classes.where}
      aria-label={t('alarms.where')}
      value={value}
      onChange={({ currentTarget: { value: chosen } }) =>
        onChange({ machine: chosen.startsWith('m') ? chosen.slice(1) : undefined, group: chosen.startsWith('g') ? chosen.slice(1) : undefined })
      }
    >
      <option value="">{t('alarms.everywhere')}</option>
      {!known && <option value={value}>{value.slice(1)}</option>}
      <optgroup label={t('alarms.groups')}>
        {groups.map((path) => (
          <option key={path} value={`g${path}`}>
            {path.split('/').join(' / ')}
          </option>
        ))}
      </optgroup>
      <optgroup label={t('alarms.machines')}>
        {[...machines].sort((a, b) => inOrder(a.name, b.name)).map(({ id, name }) => (
          <option key={id} value={`m${id}`}>
            {name}
          </option>
        ))}
      </optgroup>
    </select>
  );
}

export function AlarmFilters({ search, onChange }: { search: AlarmSearch; onChange: (change: Partial<AlarmSearch>) => void }) {
  const { t } = useWords();
  const { machine, group, level, state } = search;
  const narrowed = [machine, group, level, state].some((each) => each !== undefined);
  return (
    <FilterBar onClear={narrowed ? () => onChange({ machine: undefined, group: undefined, level: undefined, state: undefined }) : undefined}>
      <Where search={search} onChange={onChange} />
      <Chips
        single
        label={t('alarms.state')}
        options={alarmStates.map((value) => ({ value, word: t(`alarms.state.${value}`) }))}
        chosen={state === undefined ? [] : [state]}
        onChange={([chosen]) => onChange({ state: chosen })}
      />
      <Chips
        single
        label={t('alarms.level')}
        options={alarmLevels.map((value) => ({ value, word: t(`alarms.level.${value}`) }))}
        chosen={level === undefined ? [] : [level]}
        onChange={([chosen]) => onChange({ level: chosen })}
      />
    </FilterBar>
  );
}
