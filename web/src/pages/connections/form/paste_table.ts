// Rows from a spreadsheet: tabs, commas or semicolons, quotes as spreadsheets write them, a heading
// row or none. Nothing is taken before a person has seen what was understood.

import type { Protocol } from '../../../api/connections';
import type { Complaint } from '../../../components/form/complaints';
import { isModbus } from '../protocols';
import { isRole, roles } from '../roles';
import { checkSignal } from './checks';
import { emptySignal, signalFields, type SignalDraft, type SignalField, type SignalTexts } from './draft';

function splitLine(line: string, separator: string): string[] {
  const cells: string[] = [];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const char = line[at]!;
    if (quoted && char === '"' && line[at + 1] === '"') (cell += '"'), at++;
    else if (char === '"' && (quoted || cell.trim() === '')) quoted = !quoted;
    else if (char === separator && !quoted) cells.push(cell.trim()), (cell = '');
    else cell += char;
  }
  return [...cells, cell.trim()];
}

export function cellsOf(text: string): string[][] {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  const first = lines[0] ?? '';
  const separator = first.includes('\t') ? '\t' : first.includes(';') && !first.includes(',') ? ';' : ',';
  return lines.map((line) => splitLine(line, separator));
}

const headings: Record<SignalField, readonly string[]> = {
  id: ['id', 'name', 'signal', 'tag', '名稱', '點位', '點位名稱', '識別碼'],
  address: ['address', 'register', 'addr', '位址', '暫存器'],
  type: ['type', 'data type', 'datatype', '型別', '資料型別', '型態'],
  role: ['role', 'meaning', '用途', '意義'],
  order: ['order', 'byte order', 'word order', '字組順序', '位元組順序'],
  scale: ['scale', 'factor', 'gain', '倍率'],
  offset: ['offset', '位移', '偏移'],
  unit: ['unit', '單位'],
  poll_ms: ['poll_ms', 'poll', 'period', '輪詢', '輪詢週期', '週期'],
};

/** Without headings the columns are in this order. */
const usualOrder: readonly SignalField[] = ['id', 'address', 'type', 'role', 'unit', 'scale', 'offset', 'order', 'poll_ms'];

const fieldOfHeading = (cell: string): SignalField | undefined => {
  const word = cell.trim().toLowerCase().replace(/[（(].*$/, '').trim();
  return signalFields.find((field) => headings[field].includes(word));
};

const typeWords: Record<string, string> = {
  boolean: 'bool', bit: 'bool', word: 'uint16', short: 'int16', ushort: 'uint16', dword: 'uint32', int: 'int32', integer: 'int32', uint: 'uint32', dint: 'int32', udint: 'uint32', udint32: 'uint32', real: 'float32', float: 'float32', single: 'float32', lreal: 'float64', double: 'float64', string: 'text', 開關: 'bool', 文字: 'text',
};

export interface PastedRow {
  signal: SignalDraft;
  wrong: [keyof SignalTexts, Complaint][];
}

/** `wordOf` says a role in the page's language, so that the words of the list are understood too. */
export function pastedRows(text: string, protocol: Protocol, taken: readonly string[], wordOf: (role: string) => string): PastedRow[] {
  const table = cellsOf(text);
  const heading = table[0]?.map(fieldOfHeading) ?? [];
  const hasHeading = heading.filter((field) => field !== undefined).length >= 2 || (heading.length === 1 && heading[0] !== undefined);
  const columns = hasHeading ? heading : usualOrder;
  const seen = new Set(taken);
  return table.slice(hasHeading ? 1 : 0).map((cells) => {
    const signal = { ...emptySignal(protocol), type: '' };
    columns.forEach((field, place) => {
      if (field !== undefined) signal[field] = cells[place] ?? '';
    });
    const type = signal.type.toLowerCase();
    signal.type = typeWords[type] ?? type;
    signal.order = isModbus(protocol) ? signal.order.toUpperCase() : '';
    if (signal.order === 'ABCD') signal.order = '';
    if (signal.role === 'none' || signal.role === '-') signal.role = '';
    if (!isRole(signal.role)) signal.role = roles.find((role) => wordOf(role) === signal.role) ?? signal.role;
    const wrong = checkSignal(signal, protocol);
    if (signal.id !== '' && seen.has(signal.id)) wrong.push(['id', { key: 'form.wrong.twice', values: { id: signal.id } }]);
    seen.add(signal.id);
    return { signal, wrong };
  });
}
