// What a device offers, made into signals of a machine.

import type { OfferedSignal } from '../../../api/connections';
import { suggestRole } from '../roles';
import { blankSignal, type SignalDraft } from './draft';

/** Only letters the plant file takes, and no id twice. */
export function ownId(wanted: string, taken: ReadonlySet<string>): string {
  const base = wanted.replace(/[^A-Za-z0-9_.-]+/g, '_').replace(/^_+|_+$/g, '').slice(0, 60) || 'signal';
  if (!taken.has(base)) return base;
  for (let next = 2; ; next++) if (!taken.has(`${base}_${next}`)) return `${base}_${next}`;
}

export const roleOf = (offer: OfferedSignal): string => (offer.role !== null && offer.role !== '' && offer.role !== 'none' ? offer.role : suggestRole(offer.id, offer.type));

/** The first of each kind gets the role: two part counts would count every part twice. */
export function suggestedRoles(offers: readonly OfferedSignal[], used: ReadonlySet<string>): Map<string, string> {
  const once = new Set(used);
  const roles = new Map<string, string>();
  const many = new Set(['temperature', 'vibration', 'axis_position', 'alarm', 'spindle_load', 'spindle_speed']);
  for (const offer of offers) {
    const role = roleOf(offer);
    if (role === '' || (once.has(role) && !many.has(role))) continue;
    once.add(role);
    roles.set(offer.address, role);
  }
  return roles;
}

/** Standards write units out; people read them short. */
const shortUnits: Record<string, string> = {
  kilowatt: 'kW', watt: 'W', kilowatt_hour: 'kWh', watt_hour: 'Wh', celsius: '°C', millimeter: 'mm', percent: '%', revolution_per_minute: 'rpm', 'revolution/minute': 'rpm', ampere: 'A', volt: 'V', hertz: 'Hz', second: 's', 'millimeter/second': 'mm/s', pascal: 'Pa', degree: '°',
};

/** Power is kept in kW and energy in kWh, whatever the device counts in. */
function scaled(role: string, written: string): { scale: string; unit: string } {
  const unit = shortUnits[written.toLowerCase()] ?? written;
  if (role === 'power' && /^w(atts?)?$/i.test(unit)) return { scale: '0.001', unit: 'kW' };
  if (role === 'energy' && /^wh$/i.test(unit)) return { scale: '0.001', unit: 'kWh' };
  return { scale: '', unit };
}

export function takeOver(offers: readonly OfferedSignal[], roles: ReadonlyMap<string, string>, taken: readonly string[]): SignalDraft[] {
  const ids = new Set(taken);
  return offers.map((offer) => {
    const id = ownId(offer.id, ids);
    ids.add(id);
    const role = roles.get(offer.address) ?? '';
    return { ...blankSignal(), id, address: offer.address, type: offer.type, role, ...scaled(role, offer.unit ?? '') };
  });
}
