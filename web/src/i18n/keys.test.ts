import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { words } from './words';

const root = fileURLToPath(new URL('..', import.meta.url));

function sources(folder: string): { name: string; text: string }[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'i18n' ? [] : sources(path);
    const wanted = /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.');
    return wanted ? [{ name: relative(root, path), text: readFileSync(path, 'utf8') }] : [];
  });
}

/** A key may be put together: t(`state.${state}`) uses all that begin with `state.` */
const prefixesIn = (text: string) => [...text.matchAll(/\bt\(\s*`([a-z_]+\.(?:[a-z_]+\.)*)\$\{/gi)].map((match) => match[1] ?? '');

function unusedKeys(text: string, keys: readonly string[], looked: readonly string[] = []): string[] {
  const prefixes = [...prefixesIn(text), ...looked];
  return keys.filter((key) => !text.includes(`'${key}'`) && !prefixes.some((prefix) => key.startsWith(prefix)));
}

function missingKeys(text: string, keys: readonly string[]): string[] {
  const asked = [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1] ?? '');
  const open = prefixesIn(text).filter((prefix) => !keys.some((key) => key.startsWith(prefix)));
  return [...asked.filter((key) => !keys.includes(key)), ...open];
}

const files = sources(root);
const text = files.map((file) => file.text).join('\n') + readFileSync(join(root, 'i18n/index.ts'), 'utf8');
const entries = Object.entries(words);
const keys = entries.map(([key]) => key);

describe('texts', () => {
  it('every key is used', () => {
    // Roles are looked up by name, with isTextKey.
    expect(unusedKeys(text, keys, ['role.'])).toEqual([]);
  });

  it('every key that is asked for exists', () => expect(missingKeys(text, keys)).toEqual([]));

  it('this test sees what is missing or unused', () => {
    const page = "t('a.title'); t(`state.${state}`); t(`lost.deep.${x}`); t('a.gone')";
    expect(missingKeys(page, ['a.title', 'state.run'])).toEqual(['a.gone', 'lost.deep.']);
    expect(unusedKeys(page, ['a.title', 'state.run', 'a.old'])).toEqual(['a.old']);
    expect(text.match(/\bt\(\s*'/g)?.length).toBeGreaterThan(100);
  });

  it('both languages fill in the same values', () => {
    const places = (value: string) => [...value.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
    for (const [key, { zh, en }] of entries) expect(places(en), key).toEqual(places(zh));
  });

  it('zh-TW is Chinese, English is not', () => {
    // What is the same in both languages on purpose belongs to this list.
    const alike = ['app.title', 'app.switchLanguage', 'app.otherLanguage', 'status.progress', 'format.csv', 'format.xlsx', 'format.xml', 'format.jsonl'];
    for (const [key, { zh, en }] of entries.filter(([name]) => !alike.includes(name))) {
      expect(zh, key).toMatch(/[\u4e00-\u9fff]|^\{\{from\}\}/);
      expect(en, key).not.toMatch(/[\u4e00-\u9fff\uff00-\uffef]/);
    }
  });

  it('no word stands in a page itself, where it would have one language only', () => {
    // Comments, the name of a language in that language, and the gallery's invented data are none.
    const bare = (code: string) => code.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '').replace(/中文/g, '');
    const spoken = files.filter(({ name, text: code }) => name.endsWith('.tsx') && !name.startsWith('pages/gallery/') && /[\u4e00-\u9fff]/.test(bare(code)));
    expect(spoken.map(({ name }) => name)).toEqual([]);
  });

  it('the words are those of Taiwan', () => {
    const foreign = /机|数据|软件|网络|默认|程序(?!式)|设|实时|硬件(?!)|視頻|質量|屏幕|支持率/;
    for (const [key, { zh }] of entries) expect(zh, key).not.toMatch(foreign);
  });
});
