/**
 * The addresses behind a target's name. Each connection tries them in order, and starts one place further than the
 * previous connection. An address that could not be reached goes to the end for a while, and is tried when no other is
 * left. The name is looked up by the system (hosts file, search domains, caches).
 *
 * Expired addresses are looked up again before they are used. Where that fails or takes too long, the known ones are
 * used further (RFC 8767, section 5: serve-stale, with its client response timer). While a pool holds connections, they
 * are looked up as soon as they expire: so hardly any request waits, and the pool learns which addresses are gone.
 *
 * The system's lookup gives no TTL. So the name servers are asked too, but only for the TTL. A name that they don't
 * know as it is written (from the hosts file, or a short name that a search domain completes) has none.
 */
import type { LookupAddress } from 'node:dns';
import type { Clock } from '../lib/clock.ts';
import { type Deadline, type Deadlines, NEVER } from './deadlines.ts';
import type { Names } from './names.ts';

/** Milliseconds between two lookups where no TTL is known. There are none while no connection is open or wanted. */
const REFRESH = 10_000;
/** The limits for a TTL. */
const SHORTEST_REFRESH = 1_000;
const LONGEST_REFRESH = 300_000;

/** Milliseconds to wait for a lookup where earlier addresses are known (the value of RFC 8767, section 5). */
const PATIENCE = 1_800;

/** Milliseconds for which an address that could not be reached is avoided. */
const AVOIDED_FOR = 10_000;

/** An owner of connections to these addresses. */
export interface AddressUser {
  /** Whether it has connections now. */
  readonly inUse: boolean;
  /** The name was looked up again: these are its addresses. */
  onAddresses(addresses: ReadonlySet<string>): void;
}

type Found = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

export class Addresses {
  readonly #host: string;
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #names: Names;
  readonly #users = new Set<AddressUser>();
  /** Until when each address is avoided. */
  readonly #failed = new Map<string, number>();
  #known: readonly LookupAddress[] = [];
  #lookedUpAt = Number.NEGATIVE_INFINITY;
  #refresh = REFRESH;
  #next = 0;
  /** `late`: it has taken too long. Only callers without known addresses still wait for it. */
  #lookup: 'none' | 'under_way' | 'late' = 'none';
  #waiting: ((error: NodeJS.ErrnoException | null) => void)[] = [];
  readonly #patience: Deadline = { deadline: NEVER, onDeadline: () => this.#onLate() };
  readonly #due: Deadline = { deadline: NEVER, onDeadline: () => this.#onDue() };

  constructor(host: string, clock: Clock, deadlines: Deadlines, names: Names) {
    this.#host = host;
    this.#clock = clock;
    this.#deadlines = deadlines;
    this.#names = names;
  }

  use(user: AddressUser): void {
    if (this.#users.size === 0) this.#deadlines.add(this.#due);
    this.#users.add(user);
  }

  leave(user: AddressUser): void {
    if (this.#users.delete(user) && this.#users.size === 0) this.#deadlines.delete(this.#due);
  }

  /** All addresses, in the order in which they are to be tried. Calls back later, never at once. */
  ask(found: Found): void {
    const isDue = this.#clock.monotonic() - this.#lookedUpAt >= this.#refresh;
    const answer = (error: NodeJS.ErrnoException | null) => {
      if (error === null) found(null, this.#inTurn());
      else found(error, []);
    };
    if (this.#known.length > 0 && (!isDue || this.#lookup === 'late')) {
      if (isDue) this.#lookUp();
      process.nextTick(answer, null);
    } else {
      this.#waiting.push(answer);
      this.#lookUp();
    }
  }

  /**
   * Finds other addresses after all of `tried` have failed. Looks the name up again, unless that was just done. Calls
   * back with an empty list where there are no others.
   */
  askForOthers(tried: readonly LookupAddress[], found: (others: LookupAddress[]) => void): void {
    const answer = () => {
      const isNew = ({ address }: LookupAddress) => !tried.some((each) => each.address === address);
      found(this.#known.length === 0 ? [] : this.#inTurn().filter(isNew));
    };
    const isFresh = this.#clock.monotonic() - this.#lookedUpAt < SHORTEST_REFRESH;
    if (isFresh || this.#lookup === 'late') {
      process.nextTick(answer);
    } else {
      this.#waiting.push(answer);
      this.#lookUp();
    }
  }

  /**
   * No connection to this address could be made. The name may point to another address by now, whatever the TTL says.
   */
  onFailed(address: string): void {
    this.#refresh = SHORTEST_REFRESH;
    this.#failed.set(address, this.#clock.monotonic() + AVOIDED_FOR);
  }

  onConnected(address: string): void {
    this.#failed.delete(address);
  }

  #inTurn(): LookupAddress[] {
    const now = this.#clock.monotonic();
    const first = this.#next++ % this.#known.length;
    const turned = [...this.#known.slice(first), ...this.#known.slice(0, first)];
    const isAvoided = ({ address }: LookupAddress) => (this.#failed.get(address) ?? now) > now;
    return [...turned.filter((each) => !isAvoided(each)), ...turned.filter(isAvoided)];
  }

  #lookUp(): void {
    if (this.#lookup !== 'none') return;
    this.#lookup = 'under_way';
    this.#patience.deadline = this.#clock.monotonic() + PATIENCE;
    this.#deadlines.add(this.#patience);
    this.#names.lookUp(this.#host, (error, addresses) => this.#onLookedUp(error, addresses));
  }

  #onLookedUp(error: NodeJS.ErrnoException | null, addresses: readonly LookupAddress[]): void {
    this.#lookup = 'none';
    this.#deadlines.delete(this.#patience);
    this.#lookedUpAt = this.#clock.monotonic();
    this.#setRefresh(REFRESH);
    void this.#askTimeToLive(this.#lookedUpAt);
    if (error === null && addresses.length > 0) this.#replace(addresses);
    this.#release(this.#known.length > 0 ? null : (error ?? nothingFound(this.#host)));
  }

  #onLate(): void {
    this.#lookup = 'late';
    // Where no address is known, callers must wait.
    if (this.#known.length > 0) this.#release(null);
  }

  #onDue(): void {
    if ([...this.#users].some(({ inUse }) => inUse)) this.#lookUp();
    else this.#due.deadline = this.#clock.monotonic() + SHORTEST_REFRESH;
  }

  #release(error: NodeJS.ErrnoException | null): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const each of waiting) each(error);
  }

  async #askTimeToLive(lookedUpAt: number): Promise<void> {
    const seconds = await this.#names.timeToLive(this.#host);
    if (seconds === undefined || lookedUpAt !== this.#lookedUpAt || this.#refresh !== REFRESH) return;
    this.#setRefresh(Math.min(Math.max(seconds * 1_000, SHORTEST_REFRESH), LONGEST_REFRESH));
  }

  #setRefresh(milliseconds: number): void {
    this.#refresh = milliseconds;
    this.#due.deadline = this.#lookedUpAt + milliseconds;
  }

  #replace(addresses: readonly LookupAddress[]): void {
    this.#known = addresses;
    const present = new Set(addresses.map(({ address }) => address));
    for (const address of this.#failed.keys()) if (!present.has(address)) this.#failed.delete(address);
    for (const user of this.#users) user.onAddresses(present);
  }
}

function nothingFound(host: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${host} has no address`), { code: 'ENOTFOUND' });
}

/** The known addresses of a thread. The book outlives pools, so that pools after a reload can use it. */
export class AddressBook {
  readonly #clock: Clock;
  readonly #deadlines: Deadlines;
  readonly #names: Names;
  readonly #byHost = new Map<string, Addresses>();

  constructor(clock: Clock, deadlines: Deadlines, names: Names) {
    this.#clock = clock;
    this.#deadlines = deadlines;
    this.#names = names;
  }

  of(host: string): Addresses {
    let addresses = this.#byHost.get(host);
    if (addresses === undefined) {
      addresses = new Addresses(host, this.#clock, this.#deadlines, this.#names);
      this.#byHost.set(host, addresses);
    }
    return addresses;
  }
}
