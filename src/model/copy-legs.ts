import type { LegName } from './exchange.ts';

/** A leg that gets a copy. */
export type CopyLeg = Exclude<LegName, 'primary'>;

/** The sets of them that there are. */
export const NO_COPIES: readonly CopyLeg[] = [];
export const SHADOW: readonly CopyLeg[] = ['shadow'];
export const SHADOW_AND_CONTROL: readonly CopyLeg[] = ['shadow', 'control'];
