// What a machine page keeps in its address: the window, which lanes and trends are shown, and the
// moment that was asked about. What makes no sense is left out.

import { instantOf, timestampOf, type Instant } from '../../api/units';
import { linesMax } from '../../charts/colors';
import { choiceOf, searchOf, type Choice, type WindowSearch } from '../../time/windows';
import { optionalLanes, type OptionalLane } from '../../timeline/lane_names';

export interface MachineSearch extends WindowSearch {
  /** Lanes of the timeline; left out, those that have something to show. */
  lanes?: string;
  /** Signals that have a lane of their own. */
  signals?: string;
  /** Signals drawn as trends; left out, those the page picks. */
  trends?: string;
  at?: string;
}

export interface MachineView {
  choice: Choice;
  lanes: readonly OptionalLane[] | null;
  signals: readonly string[];
  trends: readonly string[] | null;
  at: Instant | null;
}

/** A lane costs height: more make a page nobody looks at. */
export const signalLanesMax = 12;

const listOf = (value: unknown): string[] | null =>
  value === undefined || value === null
    ? null
    : [...new Set(String(value).split(',').map((each) => each.trim()).filter((each) => each !== ''))];

export function machineView(search: Record<string, unknown>): MachineView {
  const at = typeof search['at'] === 'string' ? instantOf(search['at']) : NaN;
  return {
    choice: choiceOf(search),
    lanes: listOf(search['lanes'])?.filter((name): name is OptionalLane => (optionalLanes as readonly string[]).includes(name)) ?? null,
    signals: (listOf(search['signals']) ?? []).slice(0, signalLanesMax),
    trends: listOf(search['trends'])?.slice(0, linesMax) ?? null,
    at: Number.isNaN(at) ? null : (at as Instant),
  };
}

/** The address of a view; what a page shows by itself is left out. */
export function machineAddress({ choice, lanes, signals, trends, at }: MachineView): MachineSearch {
  const byItself = choice.kind === 'preset' && choice.preset === 'today';
  return {
    ...(!byItself && searchOf(choice)),
    ...(lanes !== null && { lanes: lanes.join(',') }),
    ...(signals.length > 0 && { signals: signals.join(',') }),
    ...(trends !== null && { trends: trends.join(',') }),
    ...(at !== null && { at: timestampOf(at) }),
  };
}

/** An address as it should have been written. */
export const machineSearch = (search: Record<string, unknown>): MachineSearch => machineAddress(machineView(search));
