import { connectionPerRequest } from './connection-per-request.ts';
import { differing } from './differing.ts';
import { fixedRate } from './fixed-rate.ts';
import { hangingShadow } from './hanging-shadow.ts';
import { largeBodies } from './large-bodies.ts';
import type { Scenario } from './scenario.ts';
import { sizes } from './sizes.ts';
import { throughput } from './throughput.ts';

export const SCENARIOS: readonly Scenario[] = [
  throughput,
  fixedRate,
  differing,
  ...sizes,
  connectionPerRequest,
  hangingShadow,
  largeBodies,
];
