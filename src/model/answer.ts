export const ANSWERS = ['pass', 'regression', 'inconclusive', 'invalid'] as const;

/** What a verdict can be. */
export type Answer = (typeof ANSWERS)[number];
