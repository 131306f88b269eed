import { describe, expect, it } from 'vitest';
import { check, modbusAddress } from './checks';
import { definitionOf, draftOf, emptyDraft, emptySignal, sameDraft, type Draft } from './draft';
import { difference, withProtocol } from './machine_diff';
import { newId, nextId } from './new_id';
import { complaintsOf, fieldErrors } from './server_errors';
import { ApiError } from '../../../api/client';

const good = (): Draft => {
  const draft = emptyDraft('modbus-tcp');
  return {
    ...draft, id: 'vmc-1', name: '立式加工機 1', group: '一廠/A線', ideal_cycle_s: '54', connection: { ...draft.connection, host: '192.168.1.20' },
    signals: [{ ...emptySignal('modbus-tcp'), id: 'running', address: 'di:0', type: 'bool', role: 'run' }, { ...emptySignal('modbus-tcp'), id: 'parts', address: 'hr:10', type: 'uint32', role: 'part_count' }],
  };
};
const keyAt = (draft: Draft, path: string, taken: string[] = []) => (check(draft, taken).get(path) as { key?: string } | undefined)?.key;
const signal = (part: object): Draft => ({ ...good(), signals: [{ ...good().signals[0]!, ...part }] });

describe('a machine as typed', () => {
  it('is fine when everything is', () => expect([...check(good())]).toEqual([]));

  const refused: [string, Draft, string, string][] = [
    ['without a name', { ...good(), name: ' ' }, '/name', 'form.wrong.needed'],
    ['with an id in capitals', { ...good(), id: 'VMC-1' }, '/id', 'form.wrong.machineId'],
    ['with an empty level in its group', { ...good(), group: '一廠//A線' }, '/group', 'form.wrong.group'],
    ['with a cycle of 0', { ...good(), ideal_cycle_s: '0' }, '/ideal_cycle_s', 'form.wrong.positive'],
    ['with words for a number', { ...good(), rated_power_kw: '十' }, '/rated_power_kw', 'form.wrong.number'],
    ['without a host', { ...good(), connection: { ...good().connection, host: '' } }, '/connection/host', 'form.wrong.hostNeeded'],
    ['with a URL for a host', { ...good(), connection: { ...good().connection, host: 'http://1.2.3.4/' } }, '/connection/host', 'form.wrong.hostUrl'],
    ['with port 70000', { ...good(), connection: { ...good().connection, port: '70000' } }, '/connection/port', 'form.wrong.range'],
    ['with unit 256', { ...good(), connection: { ...good().connection, unit: '256' } }, '/connection/unit', 'form.wrong.range'],
    ['polled each 5 ms', { ...good(), connection: { ...good().connection, poll_ms: '5' } }, '/connection/poll_ms', 'form.wrong.range'],
    ['whose counter wraps at 1', { ...good(), counting: { ...good().counting, modulus: '1' } }, '/counting/modulus', 'form.wrong.modulus'],
    ['that runs below the current it is off at', { ...good(), state: { ...good().state, current_off_below: '2', current_run_above: '1' } }, '/state/current_run_above', 'form.wrong.currents'],
    ['with two signals of one name', { ...good(), signals: [good().signals[0]!, { ...good().signals[1]!, id: 'running' }] }, '/signals/1/id', 'form.wrong.twice'],
    ['with a signal without a register', signal({ address: '' }), '/signals/0/address', 'form.wrong.addressNeeded'],
    ['with a manual’s number for a register', signal({ address: '40011' }), '/signals/0/address', 'form.wrong.manual'],
    ['with bit 16', signal({ address: 'hr:4.16' }), '/signals/0/address', 'form.wrong.bit'],
    ['with a bit of a coil', signal({ address: 'co:4.1' }), '/signals/0/address', 'form.wrong.address'],
    ['that counts parts by a bit', signal({ role: 'part_count' }), '/signals/0/type', 'form.wrong.roleNumber'],
    ['whose condition is a run signal', signal({ type: 'condition' }), '/signals/0/role', 'form.wrong.condition'],
    ['scaled by 0', signal({ type: 'uint16', role: '', scale: '0' }), '/signals/0/scale', 'form.wrong.zero'],
    ['with a scaled bit', signal({ scale: '2' }), '/signals/0/scale', 'form.wrong.scaleType'],
  ];
  for (const [what, draft, path, key] of refused) it(`is refused ${what}`, () => expect(keyAt(draft, path)).toBe(key));

  it('may not take the id of another machine', () => expect(keyAt(good(), '/id', ['vmc-1'])).toBe('form.wrong.taken'));

  it('asks nothing of fields its protocol does not have', () => {
    const pushed = withProtocol({ ...good(), connection: { ...good().connection, host: '', port: 'x' } }, 'push');
    expect([...check(pushed).keys()]).toEqual([]);
  });

  it('tells what to write for the numbers of manuals', () => {
    const said = (text: string) => (modbusAddress(text) as { values?: { address: string } } | null)?.values?.address;
    expect(['40011', '30001', '10005', '00017', '400011'].map(said)).toEqual(['hr:10', 'ir:0', 'di:4', 'co:16', 'hr:10']);
  });
});

describe('a machine between form and API', () => {
  it('comes back the same', () => expect(sameDraft(draftOf(definitionOf(good())), good())).toBe(true));
  it('sends only what its protocol knows', () => {
    expect(definitionOf(good()).connection).toEqual({ protocol: 'modbus-tcp', host: '192.168.1.20', port: 502, unit: 1, poll_ms: 1000, timeout_ms: 2000, clock: 'corrected' });
  });
  it('takes over the defaults of a new protocol, and keeps what a person wrote', () => {
    expect(withProtocol(good(), 'mtconnect').connection).toMatchObject({ host: '192.168.1.20', port: '5000' });
    expect(withProtocol({ ...good(), connection: { ...good().connection, port: '1502' } }, 'mtconnect').connection.port).toBe('1502');
  });
});

describe('what saving changes', () => {
  const effect = (part: Partial<Draft>) => {
    const { lines, recomputes, reconnects } = difference(good(), { ...good(), ...part });
    return [lines.length > 0, recomputes, reconnects];
  };
  it('is nothing for nothing', () => expect(effect({})).toEqual([false, false, false]));
  it('is only shown for a name', () => expect(effect({ name: 'x' })).toEqual([true, false, false]));
  it('recomputes for the cycle', () => expect(effect({ ideal_cycle_s: '60' })).toEqual([true, true, false]));
  it('recomputes for the counting', () => expect(effect({ counting: { ...good().counting, parts_per_count: '2' } })).toEqual([true, true, false]));
  it('reconnects for another host', () => expect(effect({ connection: { ...good().connection, host: '10.0.0.1' } })).toEqual([true, false, true]));
  it('recomputes when slow polling moves the offline time-out', () => expect(effect({ connection: { ...good().connection, poll_ms: '10000' } })).toEqual([true, true, true]));
  it('recomputes for a role', () => expect(effect({ signals: [{ ...good().signals[0]!, role: 'lamp_green' }, good().signals[1]!] })).toEqual([true, true, false]));
  it('recomputes without a signal that had a role', () => expect(effect({ signals: [good().signals[0]!] })).toEqual([true, true, true]));
  it('only reconnects for a new signal without a role', () =>
    expect(effect({ signals: [...good().signals, { ...emptySignal('modbus-tcp'), id: 'oil', address: 'ir:24' }] })).toEqual([true, false, true]));
});

describe('what the box refuses', () => {
  it('lands at its fields, whether it comes as a list or as one line', () => {
    const list = new ApiError(422, 'Invalid input', '', [{ path: '/signals/0/type', what: 'no' }]);
    const line = new ApiError(422, 'Invalid input', '/signals/0/type: write bool; /id: an id; never changes');
    expect([...complaintsOf(list)]).toEqual([['/signals/0/type', { said: 'no' }]]);
    expect(fieldErrors(line)).toEqual([{ path: '/signals/0/type', what: 'write bool' }, { path: '/id', what: 'an id; never changes' }]);
  });
  it('is no field’s when it names none', () => {
    expect(complaintsOf(new ApiError(503, 'Overloaded', 'try later')).size).toBe(0);
    expect(complaintsOf(new Error('x')).size).toBe(0);
  });
});

describe('the id made of a name', () => {
  it('is the next of its family for a copy', () => expect([nextId('press-1', ['press-1']), nextId('press-1', ['press-1', 'press-2']), nextId('saw', [])]).toEqual(['press-2', 'press-3', 'saw-2']));

  it('says what the machine is, and is nobody else’s', () => {
    expect(newId('立式加工機 3', [])).toBe('vmc-3');
    expect(newId('數控車床１２', [])).toBe('lathe-12');
    expect(newId('VMC 850', [])).toBe('vmc-850');
    expect(newId('熱處理爐', [])).toBe('furnace-1');
    expect(newId('甲乙丙', ['machine-1'])).toBe('machine-2');
    expect(newId('立式加工機 3', ['vmc-3'])).toBe('vmc-3-2');
    for (const name of ['立式加工機 3', '…', 'Ångström №5', '設備 1'])
      expect(newId(name, [])).toMatch(/^[a-z0-9-]{1,64}$/);
  });
});
