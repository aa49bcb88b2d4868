import {
  type BreakerReading,
  type CopyReading,
  type CopyTarget,
  REPEAT_RESULTS,
  type RepeatReading,
  type TargetReading,
} from '../metrics/readings.ts';

/** How a target of copies is, as all mirror threads together see it. */
export interface TargetState extends CopyReading {
  readonly service: string;
  /** Copies that are sent and not answered. */
  readonly inFlight: number;
}

/** What the mirror threads have told of their targets. What is counted outlives the thread that told it. */
export class TargetStates {
  /** By lane: the last that its mirror told. */
  readonly #now = new Map<number, readonly TargetReading[]>();
  readonly #outOfOrder = new Map<string, number>();
  readonly #repeats = new Map<string, RepeatReading>();

  /** `readings`: none where that mirror has ended. */
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
