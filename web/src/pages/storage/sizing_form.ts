// The sizing calculator's fields as text: what is asked, or what is wrong with it. Pure.

import type { SizingInputs } from '../../api/storage';

export const sizingFields = ['machines', 'signals', 'rate_s', 'days', 'room_gb'] as const;
export type SizingField = (typeof sizingFields)[number];
export type SizingTexts = Partial<Record<SizingField, string>>;

export const limits: Record<SizingField, { least: number; most: number; whole: boolean }> = {
  machines: { least: 1, most: 10_000, whole: true },
  /** A mean, so that parts of one may come from the box. */
  signals: { least: 0.1, most: 10_000, whole: false },
  rate_s: { least: 0.01, most: 86_400, whole: false },
  days: { least: 1, most: 36_500, whole: true },
  room_gb: { least: 0.1, most: 1_000_000, whole: false },
};

const fits = (field: SizingField, written: string): boolean => {
  const { least, most, whole } = limits[field];
  return (whole ? /^\d+$/ : /^\d+(\.\d+)?$/).test(written.trim()) && Number(written) >= least && Number(written) <= most;
};

export const wrongFields = (texts: SizingTexts): SizingField[] => sizingFields.filter((field) => texts[field] !== undefined && !fits(field, texts[field]));

/** Only what was written: the box fills in the rest from this plant. */
export const askedSizing = (texts: SizingTexts): Partial<SizingInputs> => Object.fromEntries(sizingFields.filter((field) => texts[field] !== undefined && fits(field, texts[field])).map((field) => [field, Number(texts[field])]));
