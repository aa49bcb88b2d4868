import type { Sign } from '../../model/pair-signs.ts';
import type { BlockClock, Check, RouteEvidence, Test } from '../../model/route-evidence.ts';
import type { VerdictSettings } from '../../model/verdict-settings.ts';
import { FAMILIES } from '../alarm.ts';
import { advanced, NO_BLOCK } from '../block-clock.ts';
import { decideRoute, isHarmed, type RouteDecision } from '../decision.ts';
import { LatencyPairs } from '../latency.ts';
import { addSigns, noSigns } from '../signs.ts';
import type { SimulatedExchange } from './services.ts';

const PLACE = { path: '$.total', kind: 'value' } as const;

/** The evidence of one route of a simulated service with a control, updated once a second as in the store. */
export class SimulatedRehearsal {
  readonly #settings: VerdictSettings;
  readonly #latencies: LatencyPairs;
  /** Milliseconds between two exchanges. */
  readonly #interval: number;
  readonly #tests = new Map<Check, Test>();
  #clock: BlockClock = NO_BLOCK;
  readonly #waiting = new Map<Check, Record<Sign, number>>();
  #now = 0;
  #flushed = 0;
  #exchanges = 0;
  #mismatches = 0;

  constructor(settings: VerdictSettings, perSecond: number) {
    this.#settings = settings;
    this.#latencies = new LatencyPairs(settings);
    this.#interval = 1000 / perSecond;
  }

  /** True if the evidence has changed. */
  add({ shadowDiffers, controlDiffers, mismatch, shadowTook, controlTook }: SimulatedExchange): boolean {
    if (shadowDiffers !== controlDiffers) this.#count('difference', shadowDiffers ? 'worse' : 'better');
    if (mismatch) this.#mismatches++;
    const { slower, tail } = this.#latencies.signsOf(shadowTook, controlTook);
    if (slower !== undefined) this.#count('slower', slower);
    if (tail !== undefined) this.#count('tail', tail);
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
    return decideRoute(this.#evidence, this.#settings);
  }

  get #evidence(): RouteEvidence {
    const tests = [...this.#tests.values()];
    return { route: 'simulated', clock: this.#clock, tests, mismatches: this.#mismatches, accepted: 0, expected: [] };
  }

  #count(check: Check, sign: Sign): void {
    const counts = this.#waiting.get(check);
    if (counts !== undefined) counts[sign]++;
    else this.#waiting.set(check, { worse: 0, better: 0, [sign]: 1 });
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
    const relatives = [...this.#tests.values()].filter((test) => FAMILIES[test.check] === FAMILIES[check]);
    const signs = noSigns(clock);
    return { check, ...(check === 'difference' ? { place: PLACE } : {}), rank: relatives.length + 1, signs };
  }
}
