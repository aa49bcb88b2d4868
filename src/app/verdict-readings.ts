import type { VerdictReading } from '../metrics/readings.ts';
import type { RouteVerdict, Verdict } from '../results/verdict.ts';

/** The readings of a verdict for the metrics: one for each service and each of its routes. */
export function verdictReadings(verdict: Verdict | undefined): readonly VerdictReading[] {
  return (verdict?.services ?? []).flatMap(({ service, routes, exchanges, verdict: answer }) => [
    { service, verdict: answer, exchanges, evidence: strongest(routes) },
    ...routes.map((route) => ({
      service,
      route: route.route,
      verdict: route.verdict,
      exchanges: route.exchanges,
      evidence: strongest([route]),
    })),
  ]);
}

function strongest(routes: readonly RouteVerdict[]): number {
  const shares = routes.flatMap(({ checks }) => checks.map(({ evidence, alarm }) => evidence / alarm));
  return Math.max(0, ...shares);
}
