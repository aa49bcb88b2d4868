import { randomBytes } from 'node:crypto';
import { markerOf } from '../config/marker.ts';
import type { Config } from '../config/types.ts';
import { RateLimit } from '../edge/rate-limit.ts';
import { ServingWeights } from '../edge/serving-weights.ts';
import { LookUpTurn } from '../wire/names.ts';

/** What all lanes of a process have in common, from its start to its end. */
export function makeIdentity(config: Config) {
  return {
    pseudonym: `understudy-${randomBytes(4).toString('hex')}`,
    marker: markerOf(config),
    ticketSecret: randomBytes(32),
    rateLimit: RateLimit.allocate(),
    weights: ServingWeights.allocate(),
    lookUpTurns: { edge: LookUpTurn.allocate(), mirror: LookUpTurn.allocate() },
  };
}
