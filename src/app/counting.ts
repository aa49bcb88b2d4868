import type { Ledger } from '../metrics/ledger.ts';
import { Tally } from '../metrics/tally.ts';
import type { RouteIncrement } from '../record/backlog.ts';
import { type Attribution, Increments } from './increments.ts';
import type { Lane } from './lane.ts';
import type { RouteTable } from './route-table.ts';
import type { Role } from './thread.ts';

/**
 * The counts of all threads: as totals for the metrics, and as increments for the record. Only the record distinguishes
 * rehearsals.
 */
export class Counting {
  readonly tallies: Readonly<Record<Role | 'main', Tally>>;
  readonly #lanes: readonly Lane[];
  readonly #mirrors: Ledger[] = [];
  readonly #compares: Ledger[] = [];
  readonly #increments: Increments;
  #slots = 0;

  constructor(lanes: readonly Lane[], main: Ledger) {
    this.#lanes = lanes;
    const edges = lanes.flatMap((lane) => lane.ledgers('edge'));
    this.tallies = {
      edge: new Tally(edges),
      mirror: new Tally(this.#mirrors),
      compare: new Tally(this.#compares),
      main: new Tally([main]),
    };
    this.#increments = new Increments([...edges, main]);
    this.#readSlot();
  }

  /** Adds a slot for one more rehearsal. */
  addSlot(): void {
    for (const lane of this.#lanes) lane.addSlot();
    this.#readSlot();
  }

  /** The counts of the routes since the last call. Only the recorder may call this. */
  collect(routes: RouteTable['all'], of: Attribution): RouteIncrement[] {
    return this.#increments.collect(routes, of);
  }

  #readSlot(): void {
    const slot = this.#slots++;
    const mirrors = this.#lanes.map((lane) => lane.ledgers('mirror')[slot]!);
    this.#mirrors.push(...mirrors);
    this.#compares.push(...this.#lanes.map((lane) => lane.ledgers('compare')[slot]!));
    this.#increments.addSlot([...this.#lanes.map((lane) => lane.reported.ledgers[slot]!), ...mirrors]);
  }
}
