import type { Request } from './release.ts';

/** Milliseconds that a step lasts at least. */
export const HOLD = 15 * 60_000;

export type Judgement = 'promote' | 'hold' | 'roll_back';

/** Who decides about a release. */
export interface Judge {
  /** A step with this weight begins. */
  begin(step: number, weight: number, now: number): void;
  see(request: Request, onCandidate: boolean): void;
  look(now: number): Judgement;
}
