import type { Alert } from './alert.ts';

/** The state of the mirror at one moment. */
export interface Condition {
  readonly breakers: readonly {
    readonly service: string;
    readonly target: 'shadow' | 'control';
    readonly breaker: 'closed' | 'half_open' | 'open';
  }[];
  readonly storeFails: boolean;
  readonly threads: readonly { readonly name: string; readonly status: string }[];
}

/** Copies since the start: all that were due, and those that were lost here. */
export interface CopyCounts {
  readonly wanted: number;
  readonly shed: number;
}

/** How many readings a share is computed from; they are ten seconds apart. */
const READINGS = 7;
const FEWEST_COPIES = 100;

/** Compares successive conditions, and reports changes for the worse and recoveries. */
export class TroubleWatch {
  readonly #tell: (alert: Alert) => void;
  /** Open breakers, as `service target`. */
  readonly #open = new Set<string>();
  readonly #failing = new Set<string>();
  #storeFails = false;
  readonly #copies: CopyCounts[] = [];
  #sheds = false;

  constructor(tell: (alert: Alert) => void) {
    this.#tell = tell;
  }

  look({ breakers, storeFails, threads }: Condition): void {
    for (const { breaker, ...of } of breakers) {
      const key = `${of.service} ${of.target}`;
      // A half-open breaker only tries: it is not closed yet, and was not closed before.
      if (breaker === 'open' && !this.#open.has(key)) {
        this.#open.add(key);
        this.#tell({ event: 'breaker', ...of, is: 'open' });
      }
      if (breaker === 'closed' && this.#open.delete(key)) this.#tell({ event: 'breaker', ...of, is: 'closed' });
    }
    if (storeFails !== this.#storeFails) this.#tell({ event: 'store', is: storeFails ? 'failing' : 'back' });
    this.#storeFails = storeFails;
    for (const { name, status } of threads) {
      if (status === 'failing' && !this.#failing.has(name)) {
        this.#failing.add(name);
        this.#tell({ event: 'thread', thread: name, is: 'failing' });
      }
      if (status === 'running' && this.#failing.delete(name))
        this.#tell({ event: 'thread', thread: name, is: 'running' });
    }
  }

  /** Must be called every ten seconds. @param limit a share in [0, 1] */
  count(now: CopyCounts, limit: number): void {
    this.#copies.push(now);
    if (this.#copies.length > READINGS) this.#copies.shift();
    const [first] = this.#copies;
    const wanted = now.wanted - first!.wanted;
    if (wanted < FEWEST_COPIES) return;
    const share = (now.shed - first!.shed) / wanted;
    // Half the limit, so that a share near the limit does not alternate.
    const sheds = this.#sheds ? share > limit / 2 : share > limit;
    if (sheds !== this.#sheds) this.#tell({ event: 'shed', is: sheds ? 'above' : 'below', share, limit });
    this.#sheds = sheds;
  }
}
