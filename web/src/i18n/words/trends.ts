// Signals: browse, compare, export; trends.

export const trendsWords = {
} as const;
