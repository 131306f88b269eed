import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { words } from './words';

const sourceRoot = fileURLToPath(new URL('..', import.meta.url));

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'i18n' ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.') ? [readFileSync(path, 'utf8')] : [];
  });
}

const text = sources(sourceRoot).join('\n') + readFileSync(join(sourceRoot, 'i18n/index.ts'), 'utf8');
const entries = Object.entries(words);
const keys = entries.map(([key]) => key);
// A key may be put together: t(`state.${state}`) uses all that begin with `state.`.
const prefixes = [...text.matchAll(/\bt\(`([a-z_]+\.(?:[a-z_]+\.)?)\$\{/g)].map((match) => match[1]!);
// Roles are looked up by name, with isTextKey.
prefixes.push('role.');
const used = (key: string) => text.includes(`'${key}'`) || prefixes.some((prefix) => key.startsWith(prefix));

describe('texts', () => {
  it('every key is used', () => {
    expect(keys.filter((key) => !used(key))).toEqual([]);
  });

  it('every key that is asked for exists', () => {
    const asked = [...text.matchAll(/\bt\(\s*'([^']+)'/g)].map((match) => match[1]!);
    expect(asked.length).toBeGreaterThan(50);
    expect(asked.filter((key) => !keys.includes(key))).toEqual([]);
    expect(prefixes.filter((prefix) => !keys.some((key) => key.startsWith(prefix)))).toEqual([]);
  });

  it('both languages fill in the same values', () => {
    const places = (value: string) => [...value.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort();
    for (const [key, { zh, en }] of entries) expect(places(en), key).toEqual(places(zh));
  });

  it('zh-TW is Chinese, English is not', () => {
    // What is the same in both languages on purpose belongs to this list.
    const alike = ['app.title', 'app.switchLanguage', 'app.otherLanguage', 'status.progress'];
    for (const [key, { zh, en }] of entries.filter(([name]) => !alike.includes(name))) {
      expect(zh, key).toMatch(/[\u4e00-\u9fff]|^\{\{from\}\}/);
      expect(en, key).not.toMatch(/[\u4e00-\u9fff\uff00-\uffef]/);
    }
  });
});
