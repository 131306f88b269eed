// A duration for five metres: two numbers at most.

import type { Seconds } from '../../api/units';

export interface Piece {
  number: string;
  unit: 'd' | 'h' | 'min' | 's';
}

const two = (value: number) => String(value).padStart(2, '0');

export function bigDuration(duration: Seconds): Piece[] {
  const whole = Math.max(0, Math.floor(duration));
  const [days, hours, minutes, rest] = [Math.floor(whole / 86400), Math.floor(whole / 3600) % 24, Math.floor(whole / 60) % 60, whole % 60];
  if (days >= 1) return [{ number: String(days), unit: 'd' }, { number: String(hours), unit: 'h' }];
  if (hours >= 1) return [{ number: String(hours), unit: 'h' }, { number: two(minutes), unit: 'min' }];
  return [{ number: String(minutes), unit: 'min' }, { number: two(rest), unit: 's' }];
}

/** Older than this, what is shown may no longer be so. */
export const staleMs = 30_000;
