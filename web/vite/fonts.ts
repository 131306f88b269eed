// Noto Sans TC, cut into slices of characters, for devices that have no font of their own for Chinese.
// Each slice first names the fonts a device may have under other names, then the slice the program
// serves; a browser fetches a slice only when a character on the page needs it. Two faces for each,
// since a device's fonts come as separate weights and the slice as one that holds them all.

import type { Plugin } from 'vite';

export const fallbackFamily = 'Spindle Sans TC';

const faces = [
  { weight: '100 549', own: ['NotoSansTC-Regular', 'Noto Sans CJK TC Regular', 'NotoSansCJKtc-Regular', 'PingFangTC-Regular', 'MicrosoftJhengHeiRegular'] },
  { weight: '550 900', own: ['NotoSansTC-Bold', 'Noto Sans CJK TC Bold', 'NotoSansCJKtc-Bold', 'PingFangTC-Semibold', 'MicrosoftJhengHeiBold'] },
];

/** The package's faces in ours. Throws when the package is written in another way than this reads. */
export function withOwnFonts(css: string): string {
  const slices = [...css.matchAll(/@font-face\s*\{([^}]*)\}/g)].map((match) => match[1] ?? '');
  if (slices.length < 50) throw new Error('the font package has fewer slices than expected');
  return slices
    .flatMap((slice) => {
      const url = /src:\s*(url\([^)]+\)\s*format\([^)]+\))/.exec(slice)?.[1];
      const range = /unicode-range:\s*([^;}]+)/.exec(slice)?.[1]?.trim();
      if (url === undefined || range === undefined) throw new Error('a face of the font package has no file or no range');
      return faces.map(
        ({ weight, own }) =>
          `@font-face{font-family:'${fallbackFamily}';font-style:normal;font-display:swap;font-weight:${weight};` +
          `src:${own.map((name) => `local('${name}')`).join(',')},${url};unicode-range:${range}}`,
      );
    })
    .join('\n');
}

export function fonts(): Plugin {
  return {
    name: 'own-fonts-first',
    enforce: 'pre',
    transform: (code, id) => (/noto-sans-tc[\\/]index\.css/.test(id) ? withOwnFonts(code) : null),
  };
}
