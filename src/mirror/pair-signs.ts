import type { Config } from '../config/types.ts';
import type { RouteNames } from '../grouping/route-names.ts';
import type { Ledger } from '../metrics/ledger.ts';
import { type Cut, LatencyPairs } from '../verdict/latency.ts';
import type { LegResult } from './leg.ts';
import type { MirroredExchange } from './mirrored-exchange.ts';

/** Holds the shadow's leg of each exchange against the control's, or the primary's where there is no control. */
export class PairSigns {
  readonly #ledger: Ledger;
  readonly #routeNames: RouteNames;
  #verdict: Config['verdict'];
  /** By row in the ledgers. */
  readonly #latencies = new Map<number, LatencyPairs>();

  constructor(ledger: Ledger, routeNames: RouteNames, verdict: Config['verdict']) {
    this.#ledger = ledger;
    this.#routeNames = routeNames;
    this.#verdict = verdict;
  }

  /** Margins may be others: what was learned under those before is learned anew. */
  configure(verdict: Config['verdict']): void {
    this.#verdict = verdict;
    this.#latencies.clear();
  }

  add({ row, shadow, control, end, crowding }: Held): void {
    const reference = control === 'none' ? undefined : control!;
    this.#compareFailures(row, shadow!, reference);
    const isPaced = reference === undefined && end!.paced;
    if (crowding === undefined && !isPaced) this.#compareTimes(row, shadow!, reference ?? end!);
  }

  #compareFailures(row: number, shadow: LegResult, reference: LegResult | undefined): void {
    const fails = 'failure' in shadow;
    const referenceFails = reference !== undefined && 'failure' in reference;
    if (fails !== referenceFails) this.#ledger.sign(row, 'failure', fails ? 'worse' : 'better');
  }

  #compareTimes(row: number, shadow: LegResult, reference: Timed): void {
    const [took, referenceTook] = [timeOf(shadow), timeOf(reference)];
    const cut = cutOf(shadow, reference);
    if (took === undefined || referenceTook === undefined || cut === 'both') return;
    const { slower, tail } = this.#latenciesOf(row).signsOf(took, referenceTook, cut);
    if (slower !== undefined) this.#ledger.sign(row, 'slower', slower);
    if (tail !== undefined) this.#ledger.sign(row, 'tail', tail);
  }

  #latenciesOf(row: number): LatencyPairs {
    let latencies = this.#latencies.get(row);
    if (latencies === undefined) {
      const own = this.#verdict.routes[this.#routeNames.info(row).name];
      latencies = new LatencyPairs({ ...this.#verdict, ...own });
      this.#latencies.set(row, latencies);
    }
    return latencies;
  }
}

/** What is held against each other. */
type Held = Pick<MirroredExchange, 'row' | 'shadow' | 'control' | 'end' | 'crowding'>;

type Timed = LegResult | NonNullable<MirroredExchange['end']>;

/** To the last byte, or to where the mirror gave up. */
function timeOf(leg: Timed): number | undefined {
  return 'timing' in leg ? leg.timing.lastByte : leg.took;
}

function cutOf(shadow: Timed, reference: Timed): Cut | 'both' {
  if ('failure' in shadow) return 'failure' in reference ? 'both' : 'shadow';
  return 'failure' in reference ? 'other' : 'neither';
}
