// What a signal may mean, in the order a person looks for it, and which values fit.

export const roleGroups = {
  state: ['run', 'execution', 'mode', 'functional_mode', 'availability', 'power_on', 'wait_state', 'door'],
  lamp: ['lamp_green', 'lamp_yellow', 'lamp_red', 'lamp_blue'],
  alarm: ['alarm', 'alarm_code', 'alarm_text', 'estop'],
  count: ['part_count', 'good_count', 'scrap_count', 'cycle_start', 'cycle_end'],
  energy: ['power', 'energy', 'current', 'voltage'],
  job: ['program', 'block', 'tool', 'operator', 'work_order', 'material_lot'],
  quantity: ['spindle_load', 'spindle_speed', 'feed_override', 'axis_position', 'temperature', 'vibration'],
} as const;

export type RoleGroup = keyof typeof roleGroups;
export type Role = (typeof roleGroups)[RoleGroup][number];

export const roles: readonly Role[] = Object.values(roleGroups).flat();
export const isRole = (word: string): word is Role => (roles as readonly string[]).includes(word);

const quantities: readonly string[] = ['part_count', 'good_count', 'scrap_count', ...roleGroups.energy, ...roleGroups.quantity];
/** The role needs numbers. */
export const needsNumber = (role: string) => quantities.includes(role);

export const valueTypes = ['bool', 'int16', 'uint16', 'int32', 'uint32', 'float32', 'int8', 'uint8', 'int64', 'uint64', 'float64', 'text', 'condition'] as const;
export type ValueType = (typeof valueTypes)[number];
export const isValueType = (word: string): word is ValueType => (valueTypes as readonly string[]).includes(word);
export const isNumeric = (type: string) => !['bool', 'text', 'condition', ''].includes(type);
export const orders = ['ABCD', 'CDAB', 'BADC', 'DCBA'] as const;
/** More than one register: only then the order of words says something. */
export const isWide = (type: string) => /^(u?int|float)(32|64)$/.test(type);

// What makers call things. The first that fits wins, so the narrower ones stand first.
const hints: readonly [RegExp, Role][] = [
  [/(e[-_ ]?stop|emergency)/, 'estop'],
  [/(scrap|reject|ng[-_ ]?count|part_?count_?bad|不良|報廢)/, 'scrap_count'],
  [/(good[-_ ]?(count|parts)|part_?count_?good|良品)/, 'good_count'],
  [/(part_?count|parts?$|product(ion)?_?count|piece|strokes?|產量|件數|生產數|計數)/, 'part_count'],
  [/(lamp|light|燈).*(green|綠)|(green|綠).*(lamp|light|燈)/, 'lamp_green'],
  [/(lamp|light|燈).*(yellow|amber|黃)|(yellow|amber|黃).*(lamp|light|燈)/, 'lamp_yellow'],
  [/(lamp|light|燈).*(red|紅)|(red|紅).*(lamp|light|燈)/, 'lamp_red'],
  [/(lamp|light|燈).*(blue|藍)|(blue|藍).*(lamp|light|燈)/, 'lamp_blue'],
  [/^avail/, 'availability'],
  [/^(exec|execution)/, 'execution'],
  [/(functional|fmode|fct)/, 'functional_mode'],
  [/^(mode|controller_?mode|ctrl_?mode)/, 'mode'],
  [/(tool|刀號)(_?(id|no|number))?$/, 'tool'],
  [/^(program|pgm|prog)(_?name)?$|程式/, 'program'],
  [/(operator|操作)/, 'operator'],
  [/(work_?order|工單|製令)/, 'work_order'],
  [/(alarm|異常|警報).*(code|no|number|代碼|號)/, 'alarm_code'],
  [/(alarm|異常|警報).*(text|message|msg|內容)/, 'alarm_text'],
  [/(alarm|fault|異常|警報)/, 'alarm'],
  [/(s(pindle)?_?load|主軸負載)/, 'spindle_load'],
  [/(s(pindle)?_?(speed|rpm)|srpm|主軸轉速)/, 'spindle_speed'],
  [/(feed_?(override|ovr)|fovr|進給倍率)/, 'feed_override'],
  [/(energy|kwh|電度|用電量)/, 'energy'],
  [/(power_on|poweron|電源)/, 'power_on'],
  [/(power|watts?|kw$|功率)/, 'power'],
  [/(voltage|volts?|電壓)/, 'voltage'],
  [/(current|amps?|ampere|電流)/, 'current'],
  [/(vibration|振動)/, 'vibration'],
  [/(temp|溫度)/, 'temperature'],
  [/(run|running|加工中|運轉)$/, 'run'],
  [/(door|門)/, 'door'],
];

/** What a signal of this name most likely means; empty when nothing speaks for it. */
export function suggestRole(name: string, type: string): Role | '' {
  if (type === 'condition') return '';
  const word = name.toLowerCase();
  const role = hints.find(([pattern]) => pattern.test(word))?.[1] ?? '';
  return role !== '' && needsNumber(role) && (type === 'bool' || type === 'text') ? '' : role;
}
