export const ANSWERS = ['pass', 'regression', 'inconclusive', 'invalid'] as const;

/** What a verdict is. */
export type Answer = (typeof ANSWERS)[number];
