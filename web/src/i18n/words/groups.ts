// Groups and the whole plant.

export const groupsWords = {
} as const;
