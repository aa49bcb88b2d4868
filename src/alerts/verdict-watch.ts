import type { Clock } from '../lib/clock.ts';
import { readVerdict, type ServiceVerdict, type Verdict, type VerdictReader } from '../results/verdict.ts';
import type { Alert } from './alert.ts';

/** The shortest pause between two checks in milliseconds, and as a multiple of the duration of a check. */
const PAUSE = 2_000;
const PAUSE_TIMES = 20;

/** How many reasons are sent; the report has all. */
const MOST_REASONS = 5;

/** The verdict that was last reported for a service, or is taken as known. */
interface Known {
  readonly rehearsal: string;
  readonly verdict: ServiceVerdict;
}

/** Checks the verdict regularly, and reports a change once two checks in a row agree. */
export class VerdictWatch {
  readonly #reader: VerdictReader;
  readonly #clock: Clock;
  readonly #tell: (alert: Alert) => void;
  /** By service. */
  readonly #known = new Map<string, Known>();
  #latest: Verdict | undefined;
  #notBefore = 0;
  #looking = false;

  constructor(reader: VerdictReader, clock: Clock, tell: (alert: Alert) => void) {
    this.#reader = reader;
    this.#clock = clock;
    this.#tell = tell;
  }

  /** Undefined before the first check, and while the store can't be asked. */
  get latest(): Verdict | undefined {
    return this.#latest;
  }

  /** Must be called about every second; asks only when it is due. Never rejects. */
  async look(): Promise<void> {
    const began = this.#clock.monotonic();
    if (this.#looking || began < this.#notBefore) return;
    this.#looking = true;
    const before = this.#latest;
    this.#latest = await readVerdict(this.#reader, { now: this.#clock.wall() }).catch(() => undefined);
    const end = this.#clock.monotonic();
    this.#notBefore = end + Math.max(PAUSE, PAUSE_TIMES * (end - began));
    this.#looking = false;
    for (const service of this.#latest?.services ?? []) this.#compare(service, before);
  }

  #compare(now: ServiceVerdict, before: Verdict | undefined): void {
    const known = this.#known.get(now.service);
    if (known === undefined) {
      // An earlier process has reported it, unless the rehearsal began since.
      const isNews = this.#known.size > 0 || before !== undefined;
      this.#known.set(now.service, { rehearsal: now.rehearsal, verdict: isNews ? unknown(now) : now });
      return;
    }
    const was = known.rehearsal === now.rehearsal ? known.verdict : unknown(now);
    const last = before?.services.find(({ service }) => service === now.service);
    if (was.verdict === now.verdict || last?.verdict !== now.verdict || last.rehearsal !== now.rehearsal) return;
    this.#known.set(now.service, { rehearsal: now.rehearsal, verdict: now });
    if (saysNothing(was) && saysNothing(now)) return;
    const { service, rehearsal, version, verdict, reasons } = now;
    const more = reasons.length - MOST_REASONS;
    this.#tell({
      event: 'verdict',
      ...{ service, rehearsal, was: was.verdict, is: verdict },
      ...(version !== undefined && { version }),
      reasons: [...reasons.slice(0, MOST_REASONS), ...(more > 0 ? [`and ${more} more`] : [])],
    });
  }
}

/** A rehearsal that has just begun. */
function unknown(of: ServiceVerdict): ServiceVerdict {
  return { ...of, verdict: 'inconclusive', faults: [] };
}

/** No results yet, or not enough: a change from one to the other is not news. */
function saysNothing({ verdict, faults }: ServiceVerdict): boolean {
  return verdict === 'inconclusive' || (verdict === 'invalid' && faults.every(({ name }) => name === 'no_data'));
}
