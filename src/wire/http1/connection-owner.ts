import type { Target } from '../../config/target-types.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Deadlines } from '../deadlines.ts';
import type { Dial } from '../dial.ts';
import type { HeadLimits } from '../message.ts';
import type { Reachability } from '../reachability.ts';

/** The owner of connections between exchanges: what they need from it, and what they report to it. */
export interface ConnectionOwner<Kept> {
  readonly target: Target;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly headLimits: HeadLimits;
  readonly reachability: Reachability;
  readonly dial: Dial;
  /** The exchange is over, and the connection can carry another one. */
  onReusable(connection: Kept): void;
  onClosed(connection: Kept): void;
}
