/**
 * What each pair of legs is held against each other for, beside what their responses say: whether the shadow gives none,
 * whether it takes longer than the margin allows, and whether it is one of the slowest.
 */
export const PAIR_CHECKS = ['failure', 'slower', 'tail'] as const;

export type PairCheck = (typeof PAIR_CHECKS)[number];

/** `worse`: it is so of the shadow alone; `better`: of what it is set against alone. */
export const SIGNS = ['worse', 'better'] as const;

export type Sign = (typeof SIGNS)[number];

/** How many pairs gave each sign. */
export type SignCounts = Readonly<Record<Sign, number>>;
