// Settings: site, calendar, reasons.

export const settingsWords = {
} as const;
