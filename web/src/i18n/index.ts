// Two languages, both complete (each word has both by type). The choice is remembered in the browser;
// without one, pages speak zh-TW.

import i18next from 'i18next';
import { useSyncExternalStore } from 'react';
import type { DurationWords } from '../time/format';
import { words } from './words';

export type TextKey = keyof typeof words;
export const isTextKey = (key: string): key is TextKey => key in words;

/** A font made for Chinese draws curly quotes a whole character wide: “Mill” would be torn apart. */
const straight = (text: string) => text.replace(/[‘’]/g, "'").replace(/[“”]/g, '"');

const wordsIn = (language: 'zh' | 'en') =>
  Object.fromEntries(Object.entries(words).map(([key, word]) => [key, language === 'en' ? straight(word.en) : word.zh]));

export type Language = 'zh-TW' | 'en';

const storageKey = 'spindle.language';

function remembered(): Language {
  try {
    return localStorage.getItem(storageKey) === 'en' ? 'en' : 'zh-TW';
  } catch {
    return 'zh-TW'; // A browser may forbid storage.
  }
}

/** For what the box itself says in words: reasons, formulas. */
export const currentLanguage = (): Language => (i18next.language === 'en' ? 'en' : 'zh-TW');

const htmlLanguage = (language: Language) => (language === 'en' ? 'en' : 'zh-Hant-TW');

export async function startI18n(): Promise<void> {
  const language = remembered();
  document.documentElement.lang = htmlLanguage(language);
  await i18next.init({
    lng: language,
    fallbackLng: 'zh-TW',
    resources: { 'zh-TW': { translation: wordsIn('zh') }, en: { translation: wordsIn('en') } },
    keySeparator: false,
    nsSeparator: false,
    showSupportNotice: false,
    interpolation: { escapeValue: false }, // React escapes.
  });
}

export function chooseLanguage(language: Language): void {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // Not remembered then.
  }
  document.documentElement.lang = htmlLanguage(language);
  void i18next.changeLanguage(language);
}

export interface Words {
  t: (key: TextKey, values?: Record<string, string | number>) => string;
  language: Language;
  duration: DurationWords;
}

const inLanguage = (language: Language): Words => {
  const side = language === 'en' ? 'en' : 'zh';
  // i18next looks its words up anew at each call, which a floor of hundreds of ticking ages feels.
  const own: Readonly<Record<string, string>> = wordsIn(side);
  const t: Words['t'] = (key, values) => {
    const text = own[key] ?? key;
    return values === undefined ? text : text.replace(/\{\{(\w+)\}\}/g, (place, name: string) => String(values[name] ?? place));
  };
  return { t, language, duration: { d: t('unit.d'), h: t('unit.h'), min: t('unit.min'), s: t('unit.s') } };
};
const spoken: Record<Language, Words> = { 'zh-TW': inLanguage('zh-TW'), en: inLanguage('en') };

function onLanguage(listener: () => void): () => void {
  i18next.on('languageChanged', listener);
  return () => i18next.off('languageChanged', listener);
}

/** The words of the chosen language: the same object until another is chosen. */
export const useWords = (): Words => spoken[useSyncExternalStore(onLanguage, currentLanguage)];
