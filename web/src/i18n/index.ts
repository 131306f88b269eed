// Two languages, both complete (each word has both by type). The choice is remembered in the browser;
// without one, pages speak zh-TW.

import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { DurationWords } from '../time/format';
import { words } from './words';

export type TextKey = keyof typeof words;
export const isTextKey = (key: string): key is TextKey => key in words;

const wordsIn = (language: 'zh' | 'en') =>
  Object.fromEntries(Object.entries(words).map(([key, word]) => [key, word[language]]));

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
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'zh-TW',
    resources: { 'zh-TW': { translation: wordsIn('zh') }, en: { translation: wordsIn('en') } },
    keySeparator: false,
    nsSeparator: false,
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

export function useWords(): Words {
  const { t, i18n } = useTranslation();
  const say = t as unknown as Words['t'];
  return {
    t: say,
    language: i18n.language === 'en' ? 'en' : 'zh-TW',
    duration: { d: say('unit.d'), h: say('unit.h'), min: say('unit.min'), s: say('unit.s') },
  };
}
