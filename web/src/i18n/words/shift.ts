// The shift view.

export const shiftWords = {
} as const;
