// System health.

export const systemWords = {
} as const;
