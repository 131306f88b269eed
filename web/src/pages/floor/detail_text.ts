// What is worth saying about a state in one line: the alarm of a machine that stands for one, why
// another stands, what a third works on.

import type { Detail } from '../../api/types';
import type { MachineState } from '../../state/states';

const joined = (pieces: (string | null | undefined)[]): string =>
  pieces.filter((piece) => piece !== null && piece !== undefined && piece !== '').join(' · ');

export const isTrouble = (state: MachineState): boolean => state === 'alarm' || state === 'estop';

/** Alarm or reason: why it stands. */
export function stopText(state: MachineState, detail: Detail): string {
  return isTrouble(state) ? joined([detail.alarm_code, detail.alarm_text, detail.reason]) : joined([detail.reason]);
}

/** Program, order, operator: what it works on. */
export const workText = (detail: Detail): string => joined([detail.program, detail.work_order, detail.operator]);
