import type { Fault } from './faults/fault.ts';
import type { Exchange } from './load.ts';
import { SLOWNESS } from './target.ts';

/** Milliseconds in which a client has its response when nothing is wrong, on a busy machine. */
const IN_TIME = 3_000;
/** Milliseconds for which a fault explains what comes behind it: what was under way, a restart, a look at the target. */
const AFTERMATH = 2_000;
/** Milliseconds. If this process, with clients and targets in it, or the proxy got no CPU for longer, then what was seen says nothing. */
const DISTURBED = 1_000;

/** A fault that happened or happens; times in milliseconds, monotonic. */
interface Happening {
  readonly fault: Fault;
  readonly from: number;
  to: number;
}

/** Knows which faults were when, and so whether something that was seen is explained by one of them. */
export class Judge {
  readonly #happenings: Happening[] = [];
  /** When the machine held up this process or the proxy, and for how long. */
  readonly #delays: { readonly at: number; readonly ms: number }[] = [];

  /** The fault begins. Call the function that is returned at its end. */
  begins(fault: Fault): () => void {
    const happening = { fault, from: performance.now(), to: Number.POSITIVE_INFINITY };
    this.#happenings.push(happening);
    return () => {
      happening.to = performance.now();
    };
  }

  /** The machine held something up until now. Tell of it before what was seen meanwhile is judged. */
  delayed(ms: number): void {
    this.#delays.push({ at: performance.now(), ms });
  }

  /** How often that was for so long that nothing can be said of that time. */
  get disturbances(): number {
    return this.#delays.filter(({ ms }) => ms > DISTURBED).length;
  }

  /** Names of the faults that happen now, or that happened a moment ago. */
  get present(): readonly string[] {
    const now = performance.now();
    return this.#during(now, now).map(({ fault }) => fault.name);
  }

  /** Whether a fault keeps the admin address from responding. */
  get blind(): boolean {
    const now = performance.now();
    return this.#during(now, now).some(({ fault }) => fault.blinds);
  }

  /** Whether a fault holds the edge threads up, or did in the last seconds. */
  get holdsUp(): boolean {
    const now = performance.now();
    return this.#during(now - AFTERMATH, now).some(
      ({ fault: { visible, victim } }) => visible?.late || (victim === 'threads' && visible?.cut),
    );
  }

  /** What is wrong with it, unless a fault explains it. */
  fault({ number, began, ended, seen }: Exchange): string | undefined {
    const delays = this.#delays.filter(({ at, ms }) => at >= began && at - ms <= ended);
    const delayed = delays.reduce((sum, { ms }) => sum + ms, 0);
    if (seen.kind !== 'wrong' && delayed > DISTURBED) return undefined;
    const explaining = this.#during(began, ended);
    const visible = explaining.map(({ fault }) => fault.visible ?? {});
    switch (seen.kind) {
      case 'wrong':
        return `request ${number} got what is not its own: ${seen.text}`;
      case 'status':
        if (visible.some(({ statuses }) => statuses?.includes(seen.status))) break;
        return `request ${number} got ${seen.status}`;
      case 'cut':
        if (visible.some(({ cut }) => cut)) break;
        return `request ${number} got no whole response: ${seen.why}`;
      case 'exact':
        break;
    }
    const held = explaining
      .filter(({ fault }) => fault.visible?.late)
      .reduce((sum, { from, to }) => sum + Math.min(to, ended) - from + SLOWNESS, 0);
    if (ended - began <= IN_TIME + held + delayed) return undefined;
    return `request ${number} took ${Math.round(ended - began)} ms`;
  }

  #during(from: number, to: number): readonly Happening[] {
    return this.#happenings.filter((happening) => happening.from <= to && happening.to + AFTERMATH >= from);
  }
}
