/**
 * The addresses behind a target's name. A connection tries them in order, each one beginning a place further than the
 * one before it; one that could not be connected to goes to the end for a while, and is still tried when no other is
 * left. The name is looked up again from time to time, by the system's own means (hosts file, search domains, caches),
 * which tell no TTL; meanwhile, and where that fails, the addresses known before serve on.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import type { Clock } from '../lib/clock.ts';

export type LookUpAll = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const lookUpAll: LookUpAll = (host, done) => systemLookup(host, { all: true }, done);

/** Milliseconds between two lookups, at the least: none is made while nobody connects. */
const REFRESH = 10_000;

/** Milliseconds for which an address is avoided that could not be connected to. */
const AVOIDED_FOR = 10_000;

export class Addresses {
  readonly #host: string;
  readonly #clock: Clock;
  readonly #lookUp: LookUpAll;
  /** By address, until when it is avoided. */
  readonly #failed = new Map<string, number>();
  #known: readonly LookupAddress[] = [];
  #lookedUpAt = Number.NEGATIVE_INFINITY;
  #next = 0;
  #pending: ((error: NodeJS.ErrnoException | null) => void)[] | undefined;

  constructor(host: string, clock: Clock, lookUp: LookUpAll = lookUpAll) {
    this.#host = host;
    this.#clock = clock;
    this.#lookUp = lookUp;
  }

  /** For `net.connect`, which tries one address after the other. */
  readonly lookup: LookupFunction = (_host, _options, done) => {
    const isDue = this.#clock.monotonic() - this.#lookedUpAt >= REFRESH;
    if (this.#known.length > 0) {
      if (isDue) this.#refreshNow(() => {});
      this.#answer(done);
    } else {
      this.#refreshNow((error) => (error === null ? this.#answer(done) : done(error, [])));
    }
  };

  /** No connection could be had at this address. */
  onFailed(address: string): void {
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
    this.#lookUp(this.#host, (error, addresses) => {
      this.#pending = undefined;
      this.#lookedUpAt = this.#clock.monotonic();
      if (error === null && addresses.length > 0) this.#replace(addresses);
      for (const each of pending) each(this.#known.length > 0 ? null : (error ?? nothingFound(this.#host)));
    });
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
