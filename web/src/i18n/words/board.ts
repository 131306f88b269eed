// The full-screen board.

export const boardWords = {
} as const;
