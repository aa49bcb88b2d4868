/** Wrong tokens that one address may try at once, and the milliseconds until it may try one more. */
const BURST = 10;
const PAUSE = 5_000;
/** The address that was not heard of for longest is forgotten. */
const MOST_ADDRESSES = 1_000;

/** Limits how often a token can be guessed, by address: a bucket that empties with each wrong one. */
export class GuessLimit {
  readonly #now: () => number;
  /** The time at which the bucket is full again. */
  readonly #fullAt = new Map<string, number>();

  /** `now`: milliseconds; may be any clock. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Milliseconds until this address may try again; 0: it may now. */
  wait(address: string): number {
    return Math.max(0, this.#owed(networkOf(address)) - (BURST - 1) * PAUSE);
  }

  failed(address: string): void {
    const network = networkOf(address);
    const fullAt = this.#now() + this.#owed(network) + PAUSE;
    this.#fullAt.delete(network);
    this.#fullAt.set(network, fullAt);
    const [oldest] = this.#fullAt.keys();
    if (this.#fullAt.size > MOST_ADDRESSES) this.#fullAt.delete(oldest!);
  }

  /** Milliseconds until the bucket is full. More than a whole bucket: the clock was set back, and nothing is owed. */
  #owed(network: string): number {
    const owed = (this.#fullAt.get(network) ?? 0) - this.#now();
    return owed > BURST * PAUSE ? 0 : Math.max(0, owed);
  }
}

/** One host has a whole /64 of IPv6 to itself. */
function networkOf(address: string): string {
  return address.includes('.') ? address : address.split(':', 4).join(':');
}
