// How this screen shows things: language, scheme, contrast, years. Remembered in this browser only.

import { useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { chooseLanguage, useWords, type Language } from '../../i18n';
import { chooseContrast, contrasts, useContrast } from '../../theme/contrast';
import { chooseEra, eras, useEra } from '../../time/era';
import { Choice } from '../choice';
import classes from './display.module.css';

const schemes: readonly MantineColorScheme[] = ['auto', 'light', 'dark'];
const languages: readonly { value: Language; word: string; lang: string }[] = [
  { value: 'zh-TW', word: '中文', lang: 'zh-Hant-TW' },
  { value: 'en', word: 'English', lang: 'en' },
];

export function DisplaySettings() {
  const { t, language } = useWords();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const contrast = useContrast();
  const era = useEra();
  return (
    <div className={classes.settings}>
      <Choice label={t('display.language')} options={languages} value={language} onChoose={chooseLanguage} />
      <Choice label={t('display.scheme')} options={schemes.map((value) => ({ value, word: t(`display.scheme.${value}`) }))} value={colorScheme} onChoose={setColorScheme} />
      <Choice label={t('display.contrast')} options={contrasts.map((value) => ({ value, word: t(`display.contrast.${value}`) }))} value={contrast} onChoose={chooseContrast} />
      <Choice label={t('display.era')} options={eras.map((value) => ({ value, word: t(`display.era.${value}`) }))} value={era} onChoose={chooseEra} />
    </div>
  );
}
