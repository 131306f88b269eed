import { describe, expect, it } from 'vitest';
import { readAddress, writeAddress } from './address_url';

describe('an address that is pasted', () => {
  const read: [string, string, object][] = [
    ['modbus-tcp://192.168.1.20:1502/3', 'modbus-tcp', { host: '192.168.1.20', port: '1502', unit: '3' }],
    ['modbus-tcp://plc-7', 'modbus-tcp', { host: 'plc-7' }],
    ['  http://192.168.1.60:5000/Lathe-2/current ', 'mtconnect', { host: '192.168.1.60', port: '5000', device: 'Lathe-2' }],
    ['http://agent.local/probe', 'mtconnect', { host: 'agent.local', port: '80' }],
    ['HTTP://10.0.0.9:5000', 'mtconnect', { host: '10.0.0.9', port: '5000' }],
    ['shdr://192.168.1.50:7878', 'shdr', { host: '192.168.1.50', port: '7878' }],
    ['modbus-tcp://[fe80::1]:502/1', 'modbus-tcp', { host: 'fe80::1', port: '502', unit: '1' }],
    ['modbus-rtu:/dev/ttyUSB0?baud=19200&parity=E&unit=4', 'modbus-rtu', { serial_port: '/dev/ttyUSB0', baud: '19200', parity: 'E', unit: '4' }],
    ['/dev/ttyS1', 'modbus-rtu', { serial_port: '/dev/ttyS1' }],
    ['192.168.1.20:502', 'modbus-tcp', { host: '192.168.1.20', port: '502' }],
    ['192.168.1.20:7878', 'shdr', { host: '192.168.1.20', port: '7878' }],
    ['192.168.1.20:5000/', 'mtconnect', { host: '192.168.1.20', port: '5000' }],
  ];
  for (const [text, protocol, fields] of read) it(`reads ${text}`, () => expect(readAddress(text)).toMatchObject({ protocol, fields }));

  it('says when the protocol was only guessed by the port', () => {
    expect(readAddress('192.168.1.20:502')).toMatchObject({ guessed: true });
    expect(readAddress('modbus-tcp://192.168.1.20:502')).toMatchObject({ guessed: false });
  });

  const wrong: [string, string][] = [
    ['', 'address.wrong.empty'],
    ['192.168.1.20', 'address.wrong.protocol'],
    ['192.168.1.20:9999', 'address.wrong.protocol'],
    ['https://192.168.1.20:5000/', 'address.wrong.https'],
    ['ftp://192.168.1.20/', 'address.wrong.scheme'],
    ['http://user:secret@192.168.1.20/', 'address.wrong.user'],
    ['modbus-tcp://192.168.1.20:70000', 'address.wrong.port'],
    ['modbus-tcp://192.168.1.20:502/300', 'address.wrong.unit'],
    ['modbus-tcp://192.168.1.20:502/a', 'address.wrong.unit'],
    ['http://192.168.1.20:5000/a/b', 'address.wrong.path'],
    ['modbus-tcp://', 'address.wrong.host'],
    ['shdr://machine one:7878', 'address.wrong.host'],
    ['modbus-rtu:ttyUSB0', 'address.wrong.serial'],
    ['modbus-rtu:/dev/ttyUSB0?parity=X', 'address.wrong.serial'],
    ['modbus-rtu:/dev/ttyUSB0?speed=9600', 'address.wrong.serial'],
  ];
  for (const [text, key] of wrong) it(`refuses ${text || 'nothing'}`, () => expect(readAddress(text)).toEqual({ wrong: key }));

  it('takes the protocol that was chosen when only a host is given', () => {
    expect(readAddress('192.168.1.20', 'shdr')).toMatchObject({ protocol: 'shdr', fields: { host: '192.168.1.20' } });
  });

  it('is read back the same after it was written', () => {
    for (const [, protocol, fields] of read) {
      const text = writeAddress(protocol as never, fields as never);
      expect(readAddress(text), text).toMatchObject({ protocol, fields });
    }
  });
});
