// Every word of every page, both languages beside each other; zh-TW is the source language, in the words
// of a Taiwanese shop floor: a space stands between Chinese and half-width letters or numbers,
// punctuation in sentences is full-width.

import { alarmsWords } from './alarms';
import { appWords } from './app';
import { boardWords } from './board';
import { connectionsWords } from './connections';
import { figuresWords } from './figures';
import { floorWords } from './floor';
import { frameWords } from './frame';
import { galleryWords } from './gallery';
import { groupsWords } from './groups';
import { machineWords } from './machine';
import { namesWords } from './names';
import { settingsWords } from './settings';
import { shiftWords } from './shift';
import { storageWords } from './storage';
import { systemWords } from './system';
import { termsWords } from './terms';
import { trendsWords } from './trends';
import { welcomeWords } from './welcome';

export const words = {
  ...alarmsWords,
  ...appWords,
  ...boardWords,
  ...connectionsWords,
  ...figuresWords,
  ...floorWords,
  ...frameWords,
  ...galleryWords,
  ...groupsWords,
  ...machineWords,
  ...namesWords,
  ...settingsWords,
  ...shiftWords,
  ...storageWords,
  ...systemWords,
  ...termsWords,
  ...trendsWords,
  ...welcomeWords,
} as const;
