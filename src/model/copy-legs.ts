import type { LegName } from './exchange.ts';

/** A leg whose target can serve the client. */
export type ServingLeg = Exclude<LegName, 'control'>;

/** Who serves a client: a leg's target, or that of an arm of an experiment, which is no leg of the comparison. */
export type Server = ServingLeg | 'arm';

export const NO_COPIES: readonly LegName[] = [];

const SETS: Readonly<Record<ServingLeg, readonly [alone: readonly LegName[], withControl: readonly LegName[]]>> = {
  primary: [['shadow'], ['shadow', 'control']],
  shadow: [['primary'], ['primary', 'control']],
};

/** The legs that get a copy of what this leg serves: of primary and shadow the other, and the control if there is one. */
export function copyLegs(servedBy: ServingLeg, withControl: boolean): readonly LegName[] {
  return SETS[servedBy][withControl ? 1 : 0];
}
