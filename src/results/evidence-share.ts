import type { RouteVerdict } from './verdict.ts';

/** The strongest evidence for harm on these routes, as a share of a proof: from 1 on, harm is proven. */
export function strongestEvidence(routes: readonly RouteVerdict[]): number {
  const shares = routes.flatMap(({ checks }) => checks.map(({ evidence, alarm }) => evidence / alarm));
  return Math.max(0, ...shares);
}
