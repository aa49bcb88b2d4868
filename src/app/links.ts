import { InFlightAccount } from '../metrics/in-flight-account.ts';
import type { RouteRow } from '../model/route.ts';
import { Tape } from '../tape/layout.ts';
import { TapeWriter } from '../tape/writer.ts';
import type { Link } from '../threads/messages.ts';

/** What is handed from thread to thread: copies from the edge to the mirror, pairs from there to the comparison. */
export type Passage = 'copies' | 'pairs';

/** A tape with its unread bytes. */
export interface TapeState {
  readonly tape: string;
  readonly role: Passage;
  readonly bytes: number;
}

/** Where lost exchanges were: received by an edge, copied to a mirror, or paired for a comparison. */
export type Lost = 'received' | Passage;

/**
 * The tapes of a lane, and the in-flight accounts that tell what is lost with a thread: everything handed to it and not
 * finished. A replaced tape retires: its account is only correct once its writer knows of the new tape.
 */
export class Links {
  readonly #tapeBytes: () => number;
  readonly #onLost: (row: RouteRow, count: number, lost: Lost) => void;
  readonly #present: Record<Passage, Link>;
  /** Tapes that the writer may still use. */
  readonly #retiring: Record<Passage, Link[]> = { copies: [], pairs: [] };
  #links = 0;
  #received = InFlightAccount.allocate();

  /** @param onLost called for exchanges of a route that were lost with a thread. */
  constructor(tapeBytes: () => number, onLost: (row: RouteRow, count: number, lost: Lost) => void) {
    this.#tapeBytes = tapeBytes;
    this.#onLost = onLost;
    this.#present = { copies: this.#newLink(), pairs: this.#newLink() };
  }

  /** The account of the exchanges that the present edge has received. */
  get received(): SharedArrayBuffer {
    return this.#received;
  }

  get copies(): Link {
    return this.#present.copies;
  }

  get pairs(): Link {
    return this.#present.pairs;
  }

  /** The present tapes between the threads of these names. */
  readings(edge: string, mirror: string, compare: string): TapeState[] {
    return [
      { tape: `${edge}/${mirror}`, role: 'copies', bytes: this.#used('copies') },
      { tape: `${mirror}/${compare}`, role: 'pairs', bytes: this.#used('pairs') },
    ];
  }

  /** Unread bytes on the present tape. */
  #used(passage: Passage): number {
    return new TapeWriter(this.#present[passage].tape).used;
  }

  /** Gives a passage a new tape, for a new reader. */
  replace(passage: Passage): void {
    this.#retiring[passage].push(this.#present[passage]);
    this.#present[passage] = this.#newLink();
  }

  /**
   * The retired tapes of a passage no longer have a writer: what is under way on them is lost. `before`: only those
   * before the tape of this number, which the writer uses now. It may have retired meanwhile, too.
   */
  writeOff(passage: Passage, before = Number.POSITIVE_INFINITY): void {
    const retiring = this.#retiring[passage];
    this.#retiring[passage] = retiring.filter(({ number }) => number >= before);
    const left = retiring.filter(({ number }) => number < before);
    this.#countLost(accountsOf(left), passage);
  }

  /** The edge has ended; the next one gets a new account. */
  writeOffReceived(): void {
    this.#countLost([this.#received], 'received');
    this.#received = InFlightAccount.allocate();
  }

  /** All threads have ended. */
  writeOffAll(): void {
    this.writeOffReceived();
    for (const passage of ['copies', 'pairs'] as const)
      this.#countLost(accountsOf([...this.#retiring[passage], this.#present[passage]]), passage);
  }

  #countLost(accounts: readonly SharedArrayBuffer[], lost: Lost): void {
    for (const account of accounts) {
      for (const [row, count] of new InFlightAccount(account).allOutstanding()) this.#onLost(row, count, lost);
    }
  }

  #newLink(): Link {
    return { number: ++this.#links, tape: Tape.allocate(this.#tapeBytes() & ~7), account: InFlightAccount.allocate() };
  }
}

function accountsOf(links: readonly Link[]): readonly SharedArrayBuffer[] {
  return links.map(({ account }) => account);
}
