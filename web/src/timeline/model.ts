// A timeline's answer, made ready to be drawn and asked: done once per answer.

import { laneNames, type LaneName, type Timeline, type TimelineItem } from '../api/types';
import { instant, instantOf, timestampOf } from '../api/units';
import { incidentsOf, type Incidents } from './incidents';
import { optionalLanes, type OptionalLane } from './lane_names';
import type { SignalLane } from './signal_lanes';
import { partSteps, stepsOf, type Steps } from './steps';
import { sumsOf, type Sums } from './sums';
import { alarmTrack, noPlace, stateOf, stateTrack, textTrack, type Track } from './tracks';
import type { View } from './view';

export interface TextLane {
  name: LaneName;
  track: Track;
  /** Only where there are few different texts. */
  sums: Sums | null;
}

/** Each different text costs a number an interval. */
const summedTextsMax = 24;

export interface TimelineModel {
  answer: Timeline;
  bounds: View;
  states: Track;
  sums: Sums;
  texts: TextLane[];
  alarms: Track;
  /** When alarms began, one each: for views with more than can be told apart. */
  alarmStarts: Steps;
  steps: Steps;
  incidents: Incidents;
}

export function modelOf(answer: Timeline): TimelineModel {
  const bounds = { from: instantOf(answer.from), to: instantOf(answer.to) };
  const states = stateTrack(answer.items, bounds);
  const alarms = alarmTrack(answer.alarms, bounds.to);
  return {
    answer,
    bounds,
    states,
    sums: sumsOf(states),
    texts: laneNames
      .map((name) => ({ name, track: textTrack(answer.lanes[name] ?? []) }))
      .filter(({ track }) => track.from.length > 0)
      .map((lane) => ({ ...lane, sums: lane.track.texts.length <= summedTextsMax ? sumsOf(lane.track) : null })),
    alarms,
    alarmStarts: stepsOf(Array.from(alarms.from, (at) => [at, 1] as const)),
    steps: partSteps(answer.parts),
    incidents: incidentsOf(answer.incidents ?? []),
  };
}

/** An interval of the state lane as the answer has it; time it leaves out as an item of its own. */
export function itemAt(model: TimelineModel, index: number): TimelineItem {
  const { states, answer } = model;
  return (
    answer.items[states.place[index] ?? noPlace] ?? {
      from: timestampOf(instant(states.from[index] ?? 0)),
      to: timestampOf(instant(states.to[index] ?? 0)),
      state: stateOf(states, index),
      detail: {},
    }
  );
}

/** Where each lane stands, from the top, in pixels. */
export interface Lane {
  name: 'state' | OptionalLane | `signal ${string}`;
  y: number;
  height: number;
  /** Only of a signal's lane. */
  signal?: SignalLane;
}

export interface Lanes {
  axis: number;
  lanes: Lane[];
  height: number;
}

const heights = { alarms: 22, parts: 44, incidents: 26 } as const;

/**
 * The lanes that are `chosen`; without a choice those that have something to show.
 * `scale` is the page's letter size over 16 px: a board's lanes grow with its letters.
 */
export function lanesOf(model: TimelineModel, signals: readonly SignalLane[], chosen: readonly OptionalLane[] | null, scale: number): Lanes {
  const px = (size: number) => Math.round(size * scale);
  const axis = px(26);
  const lanes: Lane[] = [];
  let y = axis;
  const add = (name: Lane['name'], height: number, signal?: SignalLane) => {
    lanes.push({ name, y, height: px(height), ...(signal && { signal }) });
    y += px(height) + px(6);
  };
  const has = (name: OptionalLane): boolean => {
    if (name === 'alarms' || name === 'parts') return true;
    if (name === 'incidents') return model.incidents.at.length > 0;
    return model.texts.some((text) => text.name === name);
  };
  add('state', 52);
  for (const name of optionalLanes)
    if (chosen === null ? has(name) : chosen.includes(name))
      add(name, name === 'alarms' || name === 'parts' || name === 'incidents' ? heights[name] : 26);
  for (const signal of signals) add(`signal ${signal.id}`, signal.style === 'trend' ? 44 : 26, signal);
  return { axis, lanes, height: y };
}
