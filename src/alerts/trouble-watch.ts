import type { Alert } from './alert.ts';

/** How the mirror is at a moment. */
export interface Condition {
  readonly breakers: readonly {
    readonly service: string;
    readonly target: 'shadow' | 'control';
    readonly breaker: 'closed' | 'half_open' | 'open';
  }[];
  readonly storeFails: boolean;
  readonly threads: readonly { readonly name: string; readonly status: string }[];
}

/** Copies since the start: all that were to be made, and those of them that were lost here. */
export interface CopyCounts {
  readonly wanted: number;
  readonly shed: number;
}

/** Of so many readings a share is taken; they are ten seconds apart. */
const READINGS = 7;
const FEWEST_COPIES = 100;

/** Finds in a row of conditions what changed for the worse, or back. */
export class TroubleWatch {
  readonly #tell: (alert: Alert) => void;
  /** Breakers, as `service target`. */
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
      // Half open it only tries: it is no better yet, and was not closed before.
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

  /** To be called every ten seconds. @param limit a share in [0, 1] */
  count(now: CopyCounts, limit: number): void {
    this.#copies.push(now);
    if (this.#copies.length > READINGS) this.#copies.shift();
    const [first] = this.#copies;
    const wanted = now.wanted - first!.wanted;
    if (wanted < FEWEST_COPIES) return;
    const share = (now.shed - first!.shed) / wanted;
    // Half of it, so that a share about the limit does not come and go.
    const sheds = this.#sheds ? share > limit / 2 : share > limit;
    if (sheds !== this.#sheds) this.#tell({ event: 'shed', is: sheds ? 'above' : 'below', share, limit });
    this.#sheds = sheds;
  }
}
