// A machine's id, made from its name: what stands in addresses for ever, so it should say something.

const kinds: readonly [RegExp, string][] = [
  [/立式|vmc/i, 'vmc'], [/臥式|hmc/i, 'hmc'], [/龍門/, 'gantry'], [/五軸/, '5ax'], [/車床|車銑|lathe/i, 'lathe'], [/磨床|磨/, 'grinder'],
  [/沖床|沖壓|壓床/, 'press'], [/折床|折彎/, 'brake'], [/鋸/, 'saw'], [/放電/, 'edm'], [/線割|線切割/, 'wedm'], [/雷射|雷切/, 'laser'], [/射出|注塑/, 'imm'],
  [/壓鑄/, 'dcm'], [/爐|熱處理/, 'furnace'], [/清洗|洗淨/, 'washer'], [/空壓/, 'compressor'], [/機器人|機械手|手臂/, 'robot'], [/電錶|電表/, 'meter'], [/鑽/, 'drill'],
  [/銑/, 'mill'], [/搪|鏜/, 'boring'], [/檢測|量測|三次元/, 'cmm'], [/包裝/, 'packer'], [/輸送/, 'conveyor'], [/加工/, 'mc'],
];

/** The next free one of a family: `press-2` after `press-1`. */
export function nextId(id: string, taken: readonly string[]): string {
  const stem = id.replace(/-\d+$/, '').slice(0, 58);
  for (let next = 2; ; next++) if (!taken.includes(`${stem}-${next}`)) return `${stem}-${next}`;
}

export function newId(name: string, taken: readonly string[]): string {
  const plain = name.normalize('NFKC').toLowerCase();
  const latin = plain.replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 56);
  const number = /(\d+)\D*$/.exec(plain)?.[1];
  const kind = kinds.find(([pattern]) => pattern.test(name))?.[1];
  const hasWord = /[a-z]/.test(latin);
  const base = hasWord ? latin : (kind ?? 'machine');
  const wanted = hasWord || number === undefined ? base : `${base}-${number}`;
  if (!taken.includes(wanted) && (hasWord || number !== undefined)) return wanted;
  const stem = hasWord || number === undefined ? base : wanted;
  for (let next = hasWord || number !== undefined ? 2 : 1; ; next++) if (!taken.includes(`${stem}-${next}`)) return `${stem}-${next}`;
}
