/**
 * What an edge thread sees of experiments, until main is told: who takes part, and which goals are reached. It is
 * bounded in number and in rate, and what does not fit is counted. Ids of users leave it only as keyed hashes.
 */
import type { Clock } from '../lib/clock.ts';
import { fnv1a } from '../lib/fnv.ts';
import type { ArmCount, ExperimentActivity, Exposure, Outcome } from '../model/experiment.ts';
import type { userKeys } from '../model/user-key.ts';
import type { CountedUser, ExperimentArm, Membership } from './experiments.ts';
import { RememberedUsers } from './remembered-users.ts';

/** Exposures and outcomes that a thread tells between two calls of `renew`. Each takes some 3 µs, mostly for the key. */
const MOST = 5_000;
/** How many make a message. */
const BATCH = 100;
/** Milliseconds after which a user who is still there is told of again, so that main may forget. */
const AGE = 3_600_000;
/** 2^32 divided by the golden ratio: hours next to each other are far apart. */
const GOLDEN = 0x9e3779b1;

export interface ExperimentLogOptions {
  readonly clock: Clock;
  readonly keyOf: ReturnType<typeof userKeys>;
  readonly tell: (activity: ExperimentActivity) => void;
}

export class ExperimentLog {
  readonly #options: ExperimentLogOptions;
  #remembered: RememberedUsers | undefined;
  #exposures: Exposure[] = [];
  #outcomes: Outcome[] = [];
  #fallbacks = new Map<number, { -readonly [Key in keyof ArmCount]: ArmCount[Key] }>();
  #left = MOST;
  #dropped = 0;
  #unreadable = 0;

  constructor(options: ExperimentLogOptions) {
    this.#options = options;
  }

  /** A request with these memberships is forwarded. */
  expose(memberships: readonly Membership[]): void {
    for (const { experiment, arm, user } of memberships) {
      if (user === undefined) continue;
      const other = this.#identify(arm, user);
      this.#remembered ??= new RememberedUsers();
      if (this.#remembered.has(user.hash, other) || !this.#mayTell()) continue;
      this.#remembered.add(user.hash, other);
      const { service, name } = experiment;
      const [key, at] = [this.#keyOf(user), this.#options.clock.wall()];
      this.#exposures.push({ service, experiment: name, arm: arm.name, user: key, at });
      this.#tellBatch();
    }
  }

  /** A user of this membership reached a goal. */
  reach({ experiment, user }: Membership, goal: string, value: number): void {
    if (user === undefined || !this.#mayTell()) return;
    const { service, name } = experiment;
    const [key, at] = [this.#keyOf(user), this.#options.clock.wall()];
    this.#outcomes.push({ service, experiment: name, goal, user: key, value, at });
    this.#tellBatch();
  }

  /** The response of a goal had no number where one belongs. */
  missNumber(): void {
    this.#unreadable++;
  }

  fellBack({ experiment, arm }: Membership): void {
    const count = this.#fallbacks.get(arm.identity);
    if (count !== undefined) count.count++;
    else {
      const { service, name } = experiment;
      this.#fallbacks.set(arm.identity, { service, experiment: name, arm: arm.name, count: 1 });
    }
  }

  /** Who was told of is told of again when he comes again: what main has recorded may be lost. */
  forgetUsers(): void {
    this.#remembered = undefined;
  }

  /** Tells what is left. To be called once a second: it also makes room for further ones. */
  renew(): void {
    this.#left = MOST;
    this.#tellAll();
  }

  #mayTell(): boolean {
    if (this.#left > 0) {
      this.#left--;
      return true;
    }
    this.#dropped++;
    return false;
  }

  /** A second hash, which is another one for each arm, and after each hour; not at the same time for all users. */
  #identify(arm: ExperimentArm, { id, hash }: CountedUser): number {
    const hour = Math.floor((this.#options.clock.monotonic() + (hash % AGE)) / AGE);
    return (fnv1a(id) ^ arm.identity ^ Math.imul(hour, GOLDEN)) >>> 0;
  }

  #keyOf({ id }: CountedUser): string {
    return this.#options.keyOf(id, 'latin1');
  }

  #tellBatch(): void {
    if (this.#exposures.length + this.#outcomes.length >= BATCH) this.#tellAll();
  }

  #tellAll(): void {
    const [exposures, outcomes, dropped] = [this.#exposures, this.#outcomes, this.#dropped];
    const [unreadable, fallbacks] = [this.#unreadable, [...this.#fallbacks.values()]];
    if (exposures.length + outcomes.length + dropped + unreadable + fallbacks.length === 0) return;
    this.#exposures = [];
    this.#outcomes = [];
    this.#dropped = 0;
    this.#unreadable = 0;
    this.#fallbacks.clear();
    this.#options.tell({ exposures, outcomes, dropped, unreadable, fallbacks });
  }
}
