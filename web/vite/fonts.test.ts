import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { words } from '../src/i18n/words';
import { fontFamily } from '../src/theme/theme';
import { fallbackFamily, withOwnFonts } from './fonts';

const css = readFileSync(createRequire(import.meta.url).resolve('@fontsource-variable/noto-sans-tc/index.css'), 'utf8');
const ours = withOwnFonts(css);

/** Every code point the slices cover, as ranges. */
const ranges = [...ours.matchAll(/U\+([0-9a-f]+)(?:-([0-9a-f]+))?/gi)].map(([, from, to]) => [Number.parseInt(from ?? '', 16), Number.parseInt(to ?? from ?? '', 16)] as const);
const covers = (character: string) => ranges.some(([from, to]) => (character.codePointAt(0) ?? 0) >= from && (character.codePointAt(0) ?? 0) <= to);

describe('the font for devices without one', () => {
  it('has every character of every word', () => {
    const characters = new Set(Object.values(words).flatMap(({ zh, en }) => [...zh, ...en]));
    // Arrows and signs of keys are in every system's own fonts.
    const missing = [...characters].filter((character) => !covers(character) && !/[\s\u2190-\u21ff\u2318]/.test(character));
    expect(missing).toEqual([]);
  });

  it('asks for the device’s own font before any slice, in both weights', () => {
    const faces = ours.split('\n');
    expect(faces.length).toBeGreaterThan(200);
    for (const face of faces) expect(face.indexOf('local(')).toBeLessThan(face.indexOf('url('));
    expect(faces.filter((face) => face.includes('font-weight:550 900'))).toHaveLength(faces.length / 2);
    expect(ours).not.toMatch(/https?:/);
  });

  it('stands behind the fonts a device names, and before the rest', () => {
    const families = fontFamily.split(',').map((family) => family.trim());
    expect(families.indexOf(`"${fallbackFamily}"`)).toBe(families.indexOf('system-ui') - 1);
  });

  it('is refused when the package is written in another way', () => {
    expect(() => withOwnFonts('@font-face{font-family:x}')).toThrow();
    expect(() => withOwnFonts('@font-face{font-family:x}'.repeat(60))).toThrow();
  });
});
