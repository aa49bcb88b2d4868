/**
 * The addresses behind a target's name. A connection tries them in order, each one beginning a place further than the
 * one before it; one that could not be connected to goes to the end for a while, and is still tried when no other is
 * left. The name is looked up again from time to time, by the system's own means (hosts file, search domains, caches);
 * meanwhile, and where that fails, the addresses known before serve on.
 *
 * Those means tell no TTL. So the name servers are asked for it beside them, and for nothing else: a name that they
 * don't know as it is written (one of the hosts file, or a short one that a search domain completes) has none.
 */
import { type LookupAddress, promises, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Clock } from '../lib/clock.ts';

export type LookUpAll = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** What is known of names. */
export interface Names {
  readonly lookUp: LookUpAll;
  /** Seconds for which the addresses of a name are good; undefined where nobody tells. Never rejects. */
  timeToLive(host: string): Promise<number | undefined>;
}

export const systemNames: Names = {
  lookUp: (host, done) => systemLookup(host, { all: true }, done),
  timeToLive: async (host) => {
    const resolver = new promises.Resolver({ timeout: 2_000, tries: 1 });
    const answers = await Promise.allSettled([
      resolver.resolve4(host, { ttl: true }),
      resolver.resolve6(host, { ttl: true }),
    ]);
    const records = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    return records.length === 0 ? undefined : Math.min(...records.map(({ ttl }) => ttl));
  },
};

/** Milliseconds between two lookups where no TTL is known. None is made while nobody connects. */
const REFRESH = 10_000;
/** However short or long the TTL is. */
const SHORTEST_REFRESH = 1_000;
const LONGEST_REFRESH = 300_000;

/** Milliseconds for which an address is avoided that could not be connected to. */
const AVOIDED_FOR = 10_000;

export class Addresses {
  readonly #host: string;
  readonly #clock: Clock;
  readonly #names: Names;
  /** By address, until when it is avoided. */
  readonly #failed = new Map<string, number>();
  #known: readonly LookupAddress[] = [];
  #lookedUpAt = Number.NEGATIVE_INFINITY;
  #refresh = REFRESH;
  #next = 0;
  #pending: ((error: NodeJS.ErrnoException | null) => void)[] | undefined;

  constructor(host: string, clock: Clock, names: Names = systemNames) {
    this.#host = host;
    this.#clock = clock;
    this.#names = names;
  }

  /** For `net.connect`, which tries one address after the other. */
  readonly lookup: LookupFunction = (_host, _options, done) => {
    const isDue = this.#clock.monotonic() - this.#lookedUpAt >= this.#refresh;
    if (this.#known.length > 0) {
      if (isDue) this.#refreshNow(() => {});
      this.#answer(done);
    } else {
      this.#refreshNow((error) => (error === null ? this.#answer(done) : done(error, [])));
    }
  };

  /** No connection could be had at this address: the name may stand for another by now, whatever the TTL said. */
  onFailed(address: string): void {
    this.#refresh = SHORTEST_REFRESH;
    this.#failed.set(address, this.#clock.monotonic() + AVOIDED_FOR);
  }

  onConnected(address: string): void {
    this.#failed.delete(address);
  }

  /** Never within the call of `lookup`: its caller is not ready for that. */
  #answer(done: Parameters<LookupFunction>[2]): void {
    const addresses = this.#inTurn();
    process.nextTick(() => done(null, addresses));
  }

  #inTurn(): LookupAddress[] {
    const now = this.#clock.monotonic();
    const first = this.#next++ % this.#known.length;
    const turned = [...this.#known.slice(first), ...this.#known.slice(0, first)];
    const isAvoided = ({ address }: LookupAddress) => (this.#failed.get(address) ?? now) > now;
    return [...turned.filter((each) => !isAvoided(each)), ...turned.filter(isAvoided)];
  }

  #refreshNow(done: (error: NodeJS.ErrnoException | null) => void): void {
    if (this.#pending !== undefined) {
      this.#pending.push(done);
      return;
    }
    const pending = [done];
    this.#pending = pending;
    this.#names.lookUp(this.#host, (error, addresses) => {
      this.#pending = undefined;
      this.#lookedUpAt = this.#clock.monotonic();
      this.#refresh = REFRESH;
      void this.#askTimeToLive(this.#lookedUpAt);
      if (error === null && addresses.length > 0) this.#replace(addresses);
      for (const each of pending) each(this.#known.length > 0 ? null : (error ?? nothingFound(this.#host)));
    });
  }

  async #askTimeToLive(lookedUpAt: number): Promise<void> {
    const seconds = await this.#names.timeToLive(this.#host);
    if (seconds === undefined || lookedUpAt !== this.#lookedUpAt || this.#refresh !== REFRESH) return;
    this.#refresh = Math.min(Math.max(seconds * 1_000, SHORTEST_REFRESH), LONGEST_REFRESH);
  }

  #replace(addresses: readonly LookupAddress[]): void {
    this.#known = addresses;
    for (const address of this.#failed.keys())
      if (!addresses.some((each) => each.address === address)) this.#failed.delete(address);
  }
}

function nothingFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
}
