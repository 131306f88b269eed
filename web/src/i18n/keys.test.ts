import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { en } from './en';
import { zhTw } from './zh_tw';

const sourceRoot = fileURLToPath(new URL('..', import.meta.url));

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'i18n' ? [] : sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes('.test.') ? [readFileSync(path, 'utf8')] : [];
  });
}

const text = sources(sourceRoot).join('\n') + readFileSync(join(sourceRoot, 'i18n/index.ts'), 'utf8');
const keys = Object.keys(zhTw);
// A key may be put together: t(`state.${state}`) uses all that begin with `state.`.
const prefixes = [...text.matchAll(/\bt\(`([a-z_]+\.(?:[a-z_]+\.)?)\$\{/g)].map((match) => match[1]!);
// Roles are looked up by name, with isTextKey.
prefixes.push('role.');
const used = (key: string) => text.includes(`'${key}'`) || prefixes.some((prefix) => key.startsWith(prefix));

describe('texts', () => {
  it('every key is there in both languages', () => {
    expect(Object.keys(en).sort()).toEqual([...keys].sort());
  });

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
    for (const key of keys as (keyof typeof zhTw)[])
      expect(places(en[key]), key).toEqual(places(zhTw[key]));
  });

  it('zh-TW is Chinese, English is not', () => {
    const alike = ['app.title', 'app.switchLanguage', 'app.otherLanguage', 'status.progress'];
    for (const key of keys.filter((name) => !alike.includes(name)) as (keyof typeof zhTw)[]) {
      expect(zhTw[key], key).toMatch(/[\u4e00-\u9fff]|^\{\{from\}\}/);
      expect(en[key], key).not.toMatch(/[\u4e00-\u9fff\uff00-\uffef]/);
    }
  });
});
