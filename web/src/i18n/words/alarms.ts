// The alarm centre.

export const alarmsWords = {
} as const;
