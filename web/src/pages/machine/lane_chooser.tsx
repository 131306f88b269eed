// Which lanes the timeline has: its own, and one for any signal.

import { isNumeric } from '../../api/signals';
import type { Machine } from '../../api/types';
import { SignalChooser } from '../../components/signal_chooser';
import { useRoleText } from '../../components/signal_text';
import { useWords } from '../../i18n';
import { optionalLanes, type OptionalLane } from '../../timeline/lane_names';
import { lanesOf, type TimelineModel } from '../../timeline/model';
import { signalLanesMax, type MachineView } from './search';

interface Props {
  machine: Machine;
  model: TimelineModel | undefined;
  shown: MachineView;
  onShow: (change: Partial<Pick<MachineView, 'lanes' | 'signals'>>) => void;
}

export function LaneChooser({ machine, model, shown, onShow }: Props) {
  const { t } = useWords();
  const roleText = useRoleText();
  const present: readonly OptionalLane[] =
    shown.lanes ?? (model === undefined ? [] : optionalLanes.filter((name) => lanesOf(model, [], null, 1).lanes.some((lane) => lane.name === name)));
  const chosen = new Set([...present.map((name) => `lane ${name}`), ...shown.signals.map((id) => `signal ${id}`)]);
  const toggle = (id: string) => {
    const [kind, name] = [id.slice(0, id.indexOf(' ')), id.slice(id.indexOf(' ') + 1)];
    if (kind === 'signal')
      onShow({ signals: shown.signals.includes(name) ? shown.signals.filter((each) => each !== name) : [...shown.signals, name].slice(0, signalLanesMax) });
    // In their usual order, whatever the order of ticking.
    else onShow({ lanes: optionalLanes.filter((each) => (each === name ? !present.includes(each) : present.includes(each))) });
  };
  return (
    <SignalChooser
      label={t('timeline.lanes')}
      icon="filter"
      chosen={chosen}
      onToggle={toggle}
      groups={[
        { title: t('timeline.laneKinds'), options: optionalLanes.map((name) => ({ id: `lane ${name}`, label: t(`timeline.${name}`) })) },
        {
          title: t('timeline.laneSignals'),
          options: machine.signals.map(({ id, role, unit, type }) => ({ id: `signal ${id}`, label: id, note: [roleText(role), unit ?? '', isNumeric(type) ? '∿' : ''].filter(Boolean).join(' · ') })),
        },
      ]}
    />
  );
}
