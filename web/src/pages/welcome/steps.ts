// Which step of the first run: in the address, else the first that is not done yet.

import type { PlantSettings } from '../../api/plant';

export const steps = ['site', 'shifts', 'machine', 'done'] as const;
export type Step = (typeof steps)[number];

/** `behind`: steps that were finished or passed over in this browser. */
export function stepOf(search: Record<string, unknown>, plant: PlantSettings, behind: readonly Step[]): Step {
  const asked = search['step'];
  if ((steps as readonly unknown[]).includes(asked)) return asked as Step;
  return steps.find((step) => !isDone(step, plant, behind)) ?? 'done';
}

export function isDone(step: Step, plant: PlantSettings, behind: readonly Step[]): boolean {
  if (step === 'site') return plant.set_up && plant.site.name.trim() !== '';
  if (step === 'shifts') return plant.calendar.shifts.length > 0 || behind.includes('shifts');
  if (step === 'machine') return plant.machines > 0;
  return false;
}

export const nextOf = (step: Step): Step => steps[Math.min(steps.indexOf(step) + 1, steps.length - 1)]!;
