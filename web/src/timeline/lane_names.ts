/** The lanes a person may leave out; the states are always there. */
export const optionalLanes = ['program', 'tool', 'operator', 'work_order', 'mode', 'alarms', 'parts', 'incidents'] as const;
export type OptionalLane = (typeof optionalLanes)[number];
