/**
 * What is checked for each pair of legs, besides their responses: whether the shadow fails to respond, whether it takes
 * longer than the margin allows, and whether it is among the slowest.
 */
export const PAIR_CHECKS = ['failure', 'slower', 'tail'] as const;

export type PairCheck = (typeof PAIR_CHECKS)[number];

/** `worse`: true of the shadow only; `better`: true only of the leg it is compared with. */
export const SIGNS = ['worse', 'better'] as const;

export type Sign = (typeof SIGNS)[number];

/** How many pairs gave each sign. */
export type SignCounts = Readonly<Record<Sign, number>>;
