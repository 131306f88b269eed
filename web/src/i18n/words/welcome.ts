// The first run.

export const welcomeWords = {
} as const;
