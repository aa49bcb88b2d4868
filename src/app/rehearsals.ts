/**
 * Which rehearsals are under way, and where threads count them. A rehearsal begins when the configuration or the
 * shadow's responses name a new version of the shadow, or by hand.
 *
 * Threads count a few rehearsals of a service side by side, each in a slot of the ledgers, since old and new instances
 * respond for a while during a deployment. Only main assigns slots: a mirror thread that sees an unknown version holds
 * the copy until main has answered. A rehearsal that was not counted for a while loses its slot.
 */
import { randomBytes } from 'node:crypto';
import type { Logger } from 'pino';
import type { Config, ServiceConfig } from '../config/types.ts';
import type { Clock } from '../lib/clock.ts';
import type { Rehearsal, RehearsalTable } from '../model/rehearsal.ts';
import { type Beginning, RehearsalBook } from '../record/rehearsal-book.ts';
import type { Rehearsed } from '../record/store.ts';
import type { Attribution } from './increments.ts';
import { REST, RehearsalSlots } from './rehearsal-slots.ts';

export interface RehearsalsOptions {
  /** The rehearsals in the store. */
  readonly known: readonly Rehearsal[];
  readonly config: Config;
  /** Makes room in the ledgers for one more slot. */
  readonly addSlot: () => void;
  /** Sends the table to all threads. Resolves when it is in force. */
  readonly tell: (table: RehearsalTable) => Promise<unknown>;
  /** Records all counts up to now. */
  readonly gather: () => void;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Rehearsals implements Attribution {
  readonly #options: RehearsalsOptions;
  readonly #book: RehearsalBook;
  /** By name. A service that is no longer configured keeps its slots, since copies of it may be under way. */
  readonly #services = new Map<string, RehearsalSlots>();
  /** Names of the configured services. */
  #configured: readonly string[];
  /** By number. */
  readonly #numbers = new Map<number, Rehearsed>();
  #count = 0;
  /** Slots in the ledgers; the first exists from the start. */
  #slots = 1;
  /** Serializes changes. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: RehearsalsOptions) {
    this.#options = options;
    const { known, clock, config } = options;
    this.#book = new RehearsalBook({ known, now: clock.wall, newId: () => randomBytes(4).toString('hex') });
    this.#configured = namesOf(config);
    for (const service of config.services) this.#add(service);
  }

  get table(): RehearsalTable {
    const now = this.#options.clock.monotonic();
    return [...this.#services].map(([service, slots]) => slots.table(this.#book.present(service), now));
  }

  present(service: string): Rehearsed {
    return { service, rehearsal: this.#book.present(service).id };
  }

  presentRehearsal(service: string): Rehearsal {
    return this.#book.present(service);
  }

  /** The rehearsals to be stored together with results of these. */
  toRecord(ids: ReadonlySet<string>): readonly Rehearsal[] {
    return this.#book.toRecord(ids);
  }

  inSlot(service: string, slot: number): Rehearsed | undefined {
    const rehearsal = this.#services.get(service)?.at(slot);
    return rehearsal && { service, rehearsal: rehearsal.id };
  }

  /** What a number stands for. */
  of(number: number): Rehearsed {
    return this.#numbers.get(number)!;
  }

  used(service: string, slot: number): void {
    this.#services.get(service)!.use(slot, this.#options.clock.monotonic());
  }

  /**
   * Where the present rehearsal of a service is no longer counted but another one is, that one becomes present again.
   * It waits for its turn: while a rehearsal begins, it has a slot and is not present yet.
   */
  review(): void {
    void this.#inTurn(async () => {
      const again = [...this.#services].flatMap(([service, slots]) => this.#countedInstead(service, slots) ?? []);
      if (again.length === 0) return;
      for (const rehearsal of again)
        this.#makePresent(rehearsal, 'an earlier rehearsal is present again: its version is the one that responds');
      await this.#options.tell(this.table);
    });
  }

  /** The rehearsal that is counted while the present one rests; undefined if there is none. */
  #countedInstead(service: string, slots: RehearsalSlots): Rehearsal | undefined {
    const counted = this.#options.clock.monotonic() - REST;
    const present = this.#book.present(service);
    const { latest } = slots;
    if (latest === undefined || latest.id === present.id || slots.usedAt(latest) < counted) return undefined;
    return slots.usedAt(present) < counted ? latest : undefined;
  }

  /** Makes room for a version that responses name. Resolves when threads know it. */
  find(service: string, version: string): Promise<void> {
    return this.#inTurn(async () => {
      const slots = this.#services.get(service)!;
      const known = this.#book.find(service, version);
      if ((known === undefined || !slots.has(known)) && !slots.isFull(this.#options.clock.monotonic()))
        await this.#admit(slots, known, { service, version });
      await this.#options.tell(this.table);
    });
  }

  /**
   * Begins a rehearsal with the present version. `named`: the service; may be left out where there is only one. `by`:
   * who wants it, for the log. Resolves when new results belong to it; to undefined for an unknown service.
   */
  begin(
    named: string | undefined,
    beginning: Pick<Beginning, 'label'>,
    by: 'hand' | 'the rollout',
  ): Promise<Rehearsal | undefined> {
    return this.#inTurn(async () => {
      const service = named ?? (this.#configured.length === 1 ? this.#configured[0]! : undefined);
      if (service === undefined || !this.#configured.includes(service)) return undefined;
      const { version } = this.#book.present(service);
      const rehearsal = this.#book.begin(service, { ...beginning, ...(version !== undefined && { version }) });
      await this.#open(rehearsal);
      this.#options.gather();
      const present = this.#makePresent(rehearsal, `a rehearsal was begun by ${by}`);
      await this.#options.tell(this.table);
      return present;
    });
  }

  /**
   * Applies another configuration. `enter` puts it in force together with its table, so that a copy to the new version
   * belongs to the new rehearsal.
   */
  configure(config: Config, enter: (table: RehearsalTable) => Promise<unknown>): Promise<void> {
    return this.#inTurn(async () => {
      const added = config.services.filter(({ name }) => !this.#services.has(name));
      for (const service of added) this.#add(service);
      // Threads must know them before copies are counted there.
      if (added.length > 0) await this.#options.tell(this.table);
      for (const service of config.services) await this.#follow(service);
      this.#configured = namesOf(config);
      await enter(this.table);
    });
  }

  /** The first rehearsal gets the first slot, which rests until something is counted there. */
  #add({ name, shadow }: ServiceConfig): void {
    if (shadow !== undefined && (shadow.versionFrom === undefined || shadow.version !== undefined))
      this.#book.makePresent(this.#of(name, shadow.version));
    this.#services.set(name, new RehearsalSlots(name, () => this.#count++));
    this.#put(this.#book.present(name), 0, -Infinity);
  }

  /** Where only the configuration names versions, results belong to the version it names. */
  async #follow({ name, shadow }: ServiceConfig): Promise<void> {
    if (shadow === undefined || shadow.versionFrom !== undefined) return;
    if (this.#book.present(name).version === shadow.version) return;
    const rehearsal = this.#of(name, shadow.version);
    if (!this.#services.get(name)!.has(rehearsal)) {
      await this.#open(rehearsal);
      // Threads must have the slot before copies are counted there.
      await this.#options.tell(this.table);
    }
    this.#options.gather();
    this.#makePresent(rehearsal, 'the configuration names another version of the shadow: results are of its rehearsal');
  }

  #of(service: string, version: string | undefined): Rehearsal {
    return this.#book.find(service, version) ?? this.#book.begin(service, version === undefined ? {} : { version });
  }

  async #admit(
    slots: RehearsalSlots,
    known: Rehearsal | undefined,
    { service, version }: { readonly service: string; readonly version: string },
  ): Promise<void> {
    const { clock, log } = this.#options;
    const now = clock.monotonic();
    if (slots.findRoom(this.#book.present(service), now) === undefined) {
      slots.full(now);
      log.warn(
        { service, version },
        `the shadow names more versions at once than can be told apart: for ${REST / 1_000} s others are counted as the present one; is it a version that shadow.versionFrom reads?`,
      );
      setTimeout(() => void this.#inTurn(() => this.#options.tell(this.table)), REST).unref();
      return;
    }
    const rehearsal = known ?? this.#book.begin(service, { version });
    await this.#open(rehearsal);
    const rests = slots.usedAt(this.#book.present(service)) < now - REST;
    if (known === undefined || rests) {
      this.#options.gather();
      this.#makePresent(rehearsal, 'the shadow responds as another version: results are of its rehearsal');
    }
  }

  /** Threads count it from the next table on. Without a free slot, it takes over the slot of the present one. */
  async #open(rehearsal: Rehearsal): Promise<void> {
    const { clock, tell, gather } = this.#options;
    const slots = this.#services.get(rehearsal.service)!;
    const present = this.#book.present(rehearsal.service);
    const slot = slots.findRoom(present, clock.monotonic());
    if (slot === undefined) {
      gather();
      this.#replace(present, rehearsal);
      return;
    }
    const before = slots.at(slot);
    if (before !== undefined) {
      // Once all threads know that it is gone, nothing is counted there any more.
      await tell(this.table.map((each) => without(each, before)));
      gather();
      slots.empty(slot);
    }
    this.#put(rehearsal, slot, clock.monotonic());
  }

  #put(rehearsal: Rehearsal, slot: number, now: number): void {
    for (; this.#slots <= slot; this.#slots++) this.#options.addSlot();
    const number = this.#services.get(rehearsal.service)!.put(rehearsal, slot, now);
    this.#numbers.set(number, { service: rehearsal.service, rehearsal: rehearsal.id });
  }

  #replace(present: Rehearsal, rehearsal: Rehearsal): void {
    const slots = this.#services.get(present.service)!;
    for (let slot = 0; ; slot++) {
      if (slots.at(slot)?.id !== present.id) continue;
      this.#put(rehearsal, slot, this.#options.clock.monotonic());
      return;
    }
  }

  #makePresent(rehearsal: Rehearsal, message: string): Rehearsal {
    const present = this.#book.makePresent(rehearsal);
    const { id, service, version, label } = present;
    this.#options.log.info({ rehearsal: id, service, ...(version && { version }), ...(label && { label }) }, message);
    return present;
  }

  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {});
    return done;
  }
}

function namesOf({ services }: Config): readonly string[] {
  return services.map(({ name }) => name);
}

function without(each: RehearsalTable[number], { service, version }: Rehearsal): RehearsalTable[number] {
  if (each.service !== service) return each;
  return { ...each, versions: each.versions.filter((one) => one.version !== version) };
}
