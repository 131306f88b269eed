// An address as people have it: a URL from a manual, from a browser's address bar, or only a host and
// a port. What it does not say keeps its default.

import type { Protocol } from '../../api/connections';
import type { TextKey } from '../../i18n';
import { natures, parities, type ConnectionField } from './protocols';

export interface ReadAddress {
  protocol: Protocol;
  fields: Partial<Record<ConnectionField, string>>;
  /** The protocol was guessed by the port. */
  guessed: boolean;
}

export type AddressReading = ReadAddress | { wrong: TextKey };

const schemes: Record<string, Protocol> = {
  'modbus-tcp': 'modbus-tcp',
  modbus: 'modbus-tcp',
  http: 'mtconnect',
  shdr: 'shdr',
};
const usualPorts: Record<string, Protocol> = { '502': 'modbus-tcp', '1502': 'modbus-tcp', '5000': 'mtconnect', '7878': 'shdr' };
const hostForm = /^(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)$/i;
const authorityForm = /^(\[[^\]]*\]|[^:/?#\s]+)(?::(\d*))?(\/[^?#]*)?(?:[?#].*)?$/;

const bare = (host: string) => (host.startsWith('[') ? host.slice(1, -1) : host);

export const isPort = (text: string) => /^\d+$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
export const isHost = (text: string) =>
  text.length <= 253 && (text.includes(':') ? /^[0-9a-f:.]+$/i.test(text) && text.split(':').length > 2 : hostForm.test(text));

function serialAddress(text: string): AddressReading {
  const [path = '', options = ''] = text.split('?', 2);
  if (!/^\/[^\s]+$/.test(path)) return { wrong: 'address.wrong.serial' };
  const fields: Partial<Record<ConnectionField, string>> = { serial_port: path };
  for (const [key, value] of new URLSearchParams(options)) {
    if (key === 'parity' && !(parities as readonly string[]).includes(value)) return { wrong: 'address.wrong.serial' };
    if (key === 'baud' || key === 'parity' || key === 'stop_bits' || key === 'unit') fields[key] = value;
    else return { wrong: 'address.wrong.serial' };
  }
  return { protocol: 'modbus-rtu', fields, guessed: false };
}

/** `/DEVICE/current` is `DEVICE`, as a person copies it from a browser. */
const deviceOf = (path: string) => path.replace(/^\/+|\/+$/g, '').replace(/(^|\/)(probe|current|sample)$/, '');

export function readAddress(text: string, otherwise: Protocol | null = null): AddressReading {
  const written = text.trim();
  if (written === '') return { wrong: 'address.wrong.empty' };
  if (/^modbus-rtu:/i.test(written)) return serialAddress(written.slice('modbus-rtu:'.length));
  if (/^\/dev\//.test(written) || /^COM\d+$/i.test(written)) return serialAddress(written);
  const found = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(written);
  const scheme = found?.[1]?.toLowerCase();
  if (scheme === 'https') return { wrong: 'address.wrong.https' };
  if (scheme !== undefined && schemes[scheme] === undefined) return { wrong: 'address.wrong.scheme' };
  const rest = found?.[2] ?? written;
  if (rest.includes('@')) return { wrong: 'address.wrong.user' };
  const parts = authorityForm.exec(rest);
  if (parts === null || !isHost(bare(parts[1]!))) return { wrong: 'address.wrong.host' };
  const [, host = '', port, path = ''] = parts;
  if (port !== undefined && !isPort(port)) return { wrong: 'address.wrong.port' };
  const guess = port === undefined ? undefined : usualPorts[port];
  const protocol = scheme !== undefined ? schemes[scheme]! : (guess ?? otherwise);
  if (protocol === null) return { wrong: 'address.wrong.protocol' };
  const fields: Partial<Record<ConnectionField, string>> = { host: bare(host) };
  if (port !== undefined) fields.port = port;
  else if (scheme === 'http') fields.port = '80';
  if (protocol === 'mtconnect') {
    const device = deviceOf(path);
    if (device.includes('/')) return { wrong: 'address.wrong.path' };
    if (device !== '') fields.device = decodeURIComponent(device);
  } else if (protocol === 'modbus-tcp') {
    const unit = path.replaceAll('/', '');
    if (unit !== '' && !(/^\d+$/.test(unit) && Number(unit) <= 255)) return { wrong: 'address.wrong.unit' };
    if (unit !== '') fields.unit = unit;
  }
  return { protocol, fields, guessed: scheme === undefined };
}

/** The URL of what the fields say, as a person may copy it; empty when something is missing. */
export function writeAddress(protocol: Protocol, fields: Partial<Record<ConnectionField, string>>): string {
  const say = (field: ConnectionField) => fields[field] || natures[protocol].defaults[field] || '';
  if (protocol === 'push') return '';
  if (protocol === 'modbus-rtu')
    return say('serial_port') === '' ? '' : `modbus-rtu:${say('serial_port')}?baud=${say('baud')}&parity=${say('parity')}&stop_bits=${say('stop_bits')}&unit=${say('unit')}`;
  if (say('host') === '') return '';
  const host = say('host').includes(':') ? `[${say('host')}]` : say('host');
  const scheme = protocol === 'mtconnect' ? 'http' : protocol;
  const path = protocol === 'modbus-tcp' ? `/${say('unit')}` : protocol === 'mtconnect' ? `/${encodeURIComponent(say('device'))}` : '';
  return `${scheme}://${host}:${say('port')}${path}`;
}
