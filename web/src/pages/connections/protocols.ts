// What each protocol needs to be told, with the defaults of the plant file. A form shows the fields of
// one protocol only.

import type { Protocol } from '../../api/connections';
import type { TextKey } from '../../i18n';

export const connectionFields = ['host', 'port', 'unit', 'device', 'serial_port', 'baud', 'parity', 'stop_bits', 'poll_ms', 'timeout_ms', 'clock'] as const;
export type ConnectionField = (typeof connectionFields)[number];

export interface ProtocolNature {
  /** Asked first. */
  fields: readonly ConnectionField[];
  /** Asked only by who looks for it. */
  finer: readonly ConnectionField[];
  defaults: Partial<Record<ConnectionField, string>>;
  /** The device says by itself what it has. */
  browses: boolean;
  /** A register has to be named; else the address may be left out. */
  addressNeeded: boolean;
  urlExample: string;
  addressHelp: TextKey;
}

const timing = { poll_ms: '1000', timeout_ms: '2000', clock: 'corrected' };

export const natures: Record<Protocol, ProtocolNature> = {
  'modbus-tcp': {
    fields: ['host', 'port', 'unit'],
    finer: ['poll_ms', 'timeout_ms', 'clock'],
    defaults: { port: '502', unit: '1', ...timing },
    browses: false,
    addressNeeded: true,
    urlExample: 'modbus-tcp://192.168.1.20:502/1',
    addressHelp: 'form.help.address.modbus',
  },
  mtconnect: {
    fields: ['host', 'port', 'device'],
    finer: ['poll_ms', 'timeout_ms', 'clock'],
    defaults: { port: '5000', ...timing },
    browses: true,
    addressNeeded: false,
    urlExample: 'http://192.168.1.20:5000/',
    addressHelp: 'form.help.address.mtconnect',
  },
  shdr: {
    fields: ['host', 'port'],
    finer: ['poll_ms', 'timeout_ms', 'clock'],
    defaults: { port: '7878', ...timing },
    browses: true,
    addressNeeded: false,
    urlExample: 'shdr://192.168.1.20:7878',
    addressHelp: 'form.help.address.shdr',
  },
  'modbus-rtu': {
    fields: ['serial_port', 'baud', 'parity', 'stop_bits', 'unit'],
    finer: ['poll_ms', 'timeout_ms', 'clock'],
    defaults: { serial_port: '/dev/ttyUSB0', baud: '9600', parity: 'N', stop_bits: '1', unit: '1', ...timing },
    browses: false,
    addressNeeded: true,
    urlExample: 'modbus-rtu:/dev/ttyUSB0?baud=9600&parity=N&unit=1',
    addressHelp: 'form.help.address.modbus',
  },
  push: {
    fields: [],
    finer: ['clock'],
    defaults: { ...timing },
    browses: false,
    addressNeeded: false,
    urlExample: '',
    addressHelp: 'form.help.address.push',
  },
};

export const bauds = ['1200', '2400', '4800', '9600', '19200', '38400', '57600', '115200', '230400', '460800', '921600'] as const;
export const parities = ['N', 'E', 'O'] as const;
export const clocks = ['corrected', 'device', 'box'] as const;

export const isModbus = (protocol: Protocol) => protocol === 'modbus-tcp' || protocol === 'modbus-rtu';
export const isProtocol = (word: string): word is Protocol => word in natures;
