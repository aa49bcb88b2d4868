import type { Config } from '../config/types.ts';
import type { RouteNames } from '../grouping/route-names.ts';
import type { Ledgers } from '../metrics/ledgers.ts';
import type { Sign } from '../model/pair-signs.ts';
import { numbersIn, type RehearsalTable } from '../model/rehearsal.ts';
import type { RouteRow } from '../model/route.ts';
import { type Cut, LatencyPairs, type LatencySigns } from '../verdict/latency.ts';
import type { LegResult } from './leg-result.ts';
import type { MirroredExchange } from './mirrored-exchange.ts';

/** Compares the shadow's leg of each exchange with the control's, or with the primary's where there is no control. */
export class PairSigns {
  readonly #ledgers: Ledgers;
  readonly #routeNames: RouteNames;
  #verdict: Config['verdict'];
  /** By the number of the rehearsal, then by row in the ledgers. */
  readonly #latencies = new Map<number, Map<number, LatencyPairs>>();

  constructor(ledgers: Ledgers, routeNames: RouteNames, verdict: Config['verdict']) {
    this.#ledgers = ledgers;
    this.#routeNames = routeNames;
    this.#verdict = verdict;
  }

  /** Margins may have changed: what was learned under the old ones is dropped. */
  configure(verdict: Config['verdict']): void {
    this.#verdict = verdict;
    this.#latencies.clear();
  }

  /** What was learned about rehearsals that are over is dropped. */
  setRehearsals(table: RehearsalTable): void {
    const known = numbersIn(table);
    for (const rehearsal of this.#latencies.keys()) if (!known.has(rehearsal)) this.#latencies.delete(rehearsal);
  }

  add({ rehearsal, row, servedBy, primary, shadow, control, end, paced, crowding }: Held): void {
    const reference = control === 'none' ? undefined : control!;
    const ledger = this.#ledgers.of(rehearsal);
    // Where the shadow serves and fails, there is no pair: to count the control's failures alone would favor the shadow.
    const failed = servedBy === 'primary' ? failureSign(shadow, reference) : undefined;
    if (failed !== undefined) ledger.sign(row, 'failure', failed);
    if (crowding !== undefined || paced || end!.strained) return;
    const { slower, tail } = this.#compareTimes(rehearsal, row, shadow, reference ?? primary);
    if (slower !== undefined) ledger.sign(row, 'slower', slower);
    if (tail !== undefined) ledger.sign(row, 'tail', tail);
  }

  #compareTimes(rehearsal: number, row: RouteRow, shadow: LegResult, reference: LegResult): LatencySigns {
    const [took, referenceTook] = [timeOf(shadow), timeOf(reference)];
    const cut = cutOf(shadow, reference);
    if (took === undefined || referenceTook === undefined || cut === 'both') return {};
    return this.#latenciesOf(rehearsal, row).signsOf(took, referenceTook, cut);
  }

  #latenciesOf(rehearsal: number, row: RouteRow): LatencyPairs {
    let rows = this.#latencies.get(rehearsal);
    if (rows === undefined) {
      rows = new Map();
      this.#latencies.set(rehearsal, rows);
    }
    let latencies = rows.get(row);
    if (latencies === undefined) {
      const own = this.#verdict.routes[this.#routeNames.info(row).name];
      latencies = new LatencyPairs({ ...this.#verdict, ...own });
      rows.set(row, latencies);
    }
    return latencies;
  }
}

function failureSign(shadow: LegResult, reference: LegResult | undefined): Sign | undefined {
  const fails = 'failure' in shadow;
  const referenceFails = reference !== undefined && 'failure' in reference;
  if (fails === referenceFails) return undefined;
  return fails ? 'worse' : 'better';
}

/** What is compared. */
type Held = Pick<
  MirroredExchange,
  'rehearsal' | 'row' | 'servedBy' | 'primary' | 'shadow' | 'control' | 'end' | 'paced' | 'crowding'
>;

/** The time to the last byte, or until the mirror gave up. */
function timeOf(leg: LegResult): number | undefined {
  return 'timing' in leg ? leg.timing.lastByte : leg.took;
}

function cutOf(shadow: LegResult, reference: LegResult): Cut | 'both' {
  if ('failure' in shadow) return 'failure' in reference ? 'both' : 'shadow';
  return 'failure' in reference ? 'other' : 'neither';
}
