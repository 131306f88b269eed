// The gallery of the design system.

export const galleryWords = {
} as const;
