/** The evidence that somebody expects. */
import { plural } from '../lib/figures.ts';
import type { RouteEvidence } from '../model/route-evidence.ts';
import type { Expectation } from '../model/triage.ts';
import { expectationInWords } from './triage.ts';

/** Everything that is expected for one reason. */
export interface ExpectedSummary extends Expectation {
  /** Their ids. */
  readonly signatures: readonly string[];
  readonly routes: readonly string[];
  readonly exchanges: number;
}

/** The reasons with most exchanges first. */
export function expectedIn(evidence: readonly Pick<RouteEvidence, 'route' | 'expected'>[]): readonly ExpectedSummary[] {
  const all = evidence.flatMap(({ route, expected }) => expected.map((each) => ({ ...each, route })));
  const byReason = Map.groupBy(all, ({ reason, owner, until }) => JSON.stringify([reason, owner, until]));
  const summaries = [...byReason.values()].map((of): ExpectedSummary => {
    const { id: _, count: __, route: ___, ...expectation } = of[0]!;
    const exchanges = of.reduce((sum, { count }) => sum + count, 0);
    const routes = [...new Set(of.map(({ route }) => route))];
    return { ...expectation, signatures: of.map(({ id }) => id), routes, exchanges };
  });
  return summaries.sort((a, b) => b.exchanges - a.exchanges);
}

/** `1 signature is expected: the new tax rate (ann, until 2027-03-01); 37 exchanges on orders` */
export function expectedInWords({ signatures, routes, exchanges, ...expectation }: ExpectedSummary): string {
  const { length } = signatures;
  const on = routes.length === 1 ? routes[0]! : plural(routes.length, 'route');
  const which = `${plural(length, 'signature')} ${length === 1 ? 'is' : 'are'} expected`;
  return `${which}: ${expectationInWords(expectation)}; ${plural(exchanges, 'exchange')} on ${on}`;
}
