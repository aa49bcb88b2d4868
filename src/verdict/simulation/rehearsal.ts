import { advanced, type BlockClock, NO_BLOCK } from '../block-clock.ts';
import { decideRoute, isHarmed, type RouteDecision } from '../decision.ts';
import { type Check, familyOf, type RouteEvidence, type Test } from '../evidence.ts';
import { LatencyPairs } from '../latency.ts';
import type { VerdictSettings } from '../settings.ts';
import { addSigns, noSigns, type Sign } from '../signs.ts';
import type { SimulatedExchange } from './services.ts';

const PLACE = { path: '$.total', kind: 'value' } as const;

/** The evidence of one route of a simulated service with a control, brought forward once a second as the store does it. */
export class SimulatedRehearsal {
  readonly #settings: VerdictSettings;
  readonly #latencies: LatencyPairs;
  /** Milliseconds between two exchanges. */
  readonly #interval: number;
  readonly #tests = new Map<Check, Test>();
  #clock: BlockClock = NO_BLOCK;
  #waiting = new Map<Check, { worse: number; better: number }>();
  #now = 0;
  #flushed = 0;
  #exchanges = 0;
  #mismatches = 0;

  constructor(settings: VerdictSettings & { readonly floor: number }, perSecond: number) {
    this.#settings = settings;
    this.#latencies = new LatencyPairs(settings);
    this.#interval = 1000 / perSecond;
  }

  /** True where what is known has changed by it. */
  add({ shadowDiffers, controlDiffers, mismatch, shadowTook, controlTook }: SimulatedExchange): boolean {
    if (shadowDiffers !== controlDiffers) this.#count('difference', shadowDiffers ? 'worse' : 'better');
    if (mismatch) this.#mismatches++;
    const latency = this.#latencies.signOf(shadowTook, controlTook);
    if (latency !== undefined) this.#count('slower', latency.shift);
    if (latency?.tail !== undefined) this.#count('tail', latency.tail);
    this.#exchanges++;
    this.#now += this.#interval;
    if (this.#now - this.#flushed < 1000) return false;
    this.#flush();
    return true;
  }

  get isHarmed(): boolean {
    return isHarmed(this.#evidence, this.#settings);
  }

  get decision(): RouteDecision {
    return decideRoute({ evidence: this.#evidence, mismatches: this.#mismatches, expected: 0 }, this.#settings);
  }

  get #evidence(): RouteEvidence {
    return { route: 'simulated', clock: this.#clock, tests: [...this.#tests.values()] };
  }

  #count(check: Check, sign: Sign): void {
    const counts = this.#waiting.get(check) ?? { worse: 0, better: 0 };
    counts[sign]++;
    this.#waiting.set(check, counts);
  }

  #flush(): void {
    const before = this.#clock;
    this.#clock = advanced(before, this.#now, this.#exchanges);
    for (const [check, counts] of this.#waiting) {
      const test = this.#tests.get(check) ?? this.#begin(check, before);
      this.#tests.set(check, { ...test, signs: addSigns(test.signs, this.#clock, counts) });
    }
    this.#waiting.clear();
    this.#exchanges = 0;
    this.#flushed = this.#now;
  }

  #begin(check: Check, clock: BlockClock): Test {
    const relatives = [...this.#tests.values()].filter((test) => familyOf(test.check) === familyOf(check));
    const signs = noSigns(clock);
    return { check, ...(check === 'difference' ? { place: PLACE } : {}), rank: relatives.length + 1, signs };
  }
}
