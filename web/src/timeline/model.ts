// A timeline's answer, made ready to be drawn and asked: done once per answer.

import { laneNames, type LaneName, type Timeline, type TimelineItem } from '../api/types';
import { instant, instantOf, timestampOf } from '../api/units';
import { alarmTrack, noPlace, partSteps, stateOf, stateTrack, textTrack, type Steps, type Track } from './tracks';
import type { View } from './view';

export interface TextLane {
  name: LaneName;
  track: Track;
}

export interface TimelineModel {
  answer: Timeline;
  bounds: View;
  states: Track;
  texts: TextLane[];
  alarms: Track;
  steps: Steps;
}

export function modelOf(answer: Timeline): TimelineModel {
  const bounds = { from: instantOf(answer.from), to: instantOf(answer.to) };
  return {
    answer,
    bounds,
    states: stateTrack(answer.items, bounds),
    texts: laneNames
      .map((name) => ({ name, track: textTrack(answer.lanes[name] ?? []) }))
      .filter(({ track }) => track.from.length > 0),
    alarms: alarmTrack(answer.alarms, bounds.to),
    steps: partSteps(answer.parts),
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
  name: 'state' | LaneName | 'alarms' | 'parts';
  y: number;
  height: number;
}

export interface Lanes {
  axis: number;
  lanes: Lane[];
  height: number;
}

/** `scale` is the page's letter size over 16 px: a board's lanes grow with its letters. */
export function lanesOf(model: TimelineModel, scale: number): Lanes {
  const px = (size: number) => Math.round(size * scale);
  const axis = px(26);
  const lanes: Lane[] = [];
  let y = axis;
  const add = (name: Lane['name'], height: number) => {
    lanes.push({ name, y, height: px(height) });
    y += px(height) + px(6);
  };
  add('state', 52);
  for (const { name } of model.texts) add(name, 26);
  add('alarms', 22);
  add('parts', 44);
  return { axis, lanes, height: y };
}
