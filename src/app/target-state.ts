import {
  type BreakerReading,
  type CopyReading,
  type CopyTarget,
  REPEAT_RESULTS,
  type RepeatReading,
  type TargetReading,
} from '../metrics/readings.ts';

/** The state of a target of copies, as seen by all mirror threads together. */
export interface TargetState extends CopyReading {
  readonly service: string;
  /** Copies that were sent and have no response yet. */
  readonly inFlight: number;
}

/** The reports of the mirror threads about their targets. Counts outlive the thread that reported them. */
export class TargetStates {
  /** The last report of each lane's mirror. */
  readonly #now = new Map<number, readonly TargetReading[]>();
  readonly #outOfOrder = new Map<string, number>();
  readonly #repeats = new Map<string, RepeatReading>();

  /** `readings`: empty when that mirror has ended. */
  take(lane: number, readings: readonly TargetReading[]): void {
    this.#now.set(lane, readings);
    for (const { outOfOrder, ...reading } of readings) {
      const key = keyOf(reading);
      this.#outOfOrder.set(key, (this.#outOfOrder.get(key) ?? 0) + outOfOrder);
    }
  }

  /** Since the start. */
  get repeats(): readonly RepeatReading[] {
    return [...this.#repeats.values()];
  }

  addRepeats(readings: readonly RepeatReading[]): void {
    for (const reading of readings) {
      const key = `${reading.service} ${reading.purpose}`;
      const known = this.#repeats.get(key);
      const sums = REPEAT_RESULTS.map((result) => [result, reading[result] + (known?.[result] ?? 0)]);
      this.#repeats.set(key, { ...reading, ...Object.fromEntries(sums) });
    }
  }

  of(service: string, target: CopyTarget): TargetState {
    const wanted = keyOf({ service, target });
    const readings = [...this.#now.values()].flat().filter((reading) => keyOf(reading) === wanted);
    return {
      service,
      target,
      breaker: mostOpen(readings.map(({ breaker }) => breaker)),
      inFlight: readings.reduce((sum, { inFlight }) => sum + inFlight, 0),
      outOfOrder: this.#outOfOrder.get(wanted) ?? 0,
    };
  }
}

const keyOf = ({ service, target }: Pick<TargetReading, 'service' | 'target'>) => `${service} ${target}`;

function mostOpen(breakers: readonly BreakerReading[]): BreakerReading {
  return breakers.includes('open') ? 'open' : breakers.includes('half_open') ? 'half_open' : 'closed';
}
