// The twelve states, in the order a person looks for them: trouble first, then work, then rest.

export const machineStates = [
  'estop',
  'alarm',
  'run',
  'warmup',
  'setup',
  'manual',
  'maint',
  'hold',
  'wait',
  'idle',
  'power_off',
  'offline',
] as const;

export type MachineState = (typeof machineStates)[number];

/** A state this page does not know is shown as offline: unknown, never stopped. */
export function knownState(state: string): MachineState {
  return (machineStates as readonly string[]).includes(state) ? (state as MachineState) : 'offline';
}
