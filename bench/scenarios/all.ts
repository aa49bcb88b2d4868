import { addedLatency } from './added-latency.ts';
import { atRest } from './at-rest.ts';
import { connections } from './connections.ts';
import { differing } from './differing.ts';
import { fixedRate } from './fixed-rate.ts';
import { largeBodies } from './large-bodies.ts';
import { openPages } from './open-pages.ts';
import { recording } from './recording.ts';
import type { Scenario } from './scenario.ts';
import { shadows } from './shadows.ts';
import { sizes } from './sizes.ts';
import { throughput } from './throughput.ts';
import { tls } from './tls.ts';
import { twoEdges } from './two-edges.ts';

export const SCENARIOS: readonly Scenario[] = [
  throughput,
  twoEdges,
  fixedRate,
  differing,
  ...sizes,
  ...connections,
  ...tls,
  addedLatency,
  ...shadows,
  openPages,
  largeBodies,
  atRest,
  recording,
];
