import type { VerdictReading } from '../metrics/readings.ts';
import { strongestEvidence } from '../results/evidence-share.ts';
import type { Verdict } from '../results/verdict.ts';

/** The readings of a verdict for the metrics: one for each service and each of its routes. */
export function verdictReadings(verdict: Verdict | undefined): readonly VerdictReading[] {
  return (verdict?.services ?? []).flatMap(({ service, routes, exchanges, verdict: answer }) => [
    { service, verdict: answer, exchanges, evidence: strongestEvidence(routes) },
    ...routes.map((route) => ({
      service,
      route: route.route,
      verdict: route.verdict,
      exchanges: route.exchanges,
      evidence: strongestEvidence([route]),
    })),
  ]);
}
