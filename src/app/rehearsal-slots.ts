import { REHEARSAL_SLOTS, type Rehearsal, type ServiceRehearsals, slotOf } from '../model/rehearsal.ts';

/** Milliseconds without use after which no copy of a rehearsal can be under way. */
export const REST = 60_000;

/** A rehearsal that threads count. */
interface Slot {
  /** Never used twice. */
  readonly number: number;
  readonly rehearsal: Rehearsal;
  usedAt: number;
}

/** The rehearsals of one service that threads count at present. */
export class RehearsalSlots {
  readonly #service: string;
  readonly #nextNumber: () => number;
  readonly #slots: (Slot | undefined)[] = [];
  /** Until when threads must not ask for versions without a slot, on the monotonic clock. */
  #fullUntil = -Infinity;

  /** @param nextNumber rises by one with each call, across all services. */
  constructor(service: string, nextNumber: () => number) {
    this.#service = service;
    this.#nextNumber = nextNumber;
  }

  at(slot: number): Rehearsal | undefined {
    return this.#slots[slot]?.rehearsal;
  }

  has(rehearsal: Rehearsal): boolean {
    return this.#slots.some((slot) => slot?.rehearsal.id === rehearsal.id);
  }

  /** Notes that something was counted in the slot. */
  use(slot: number, now: number): void {
    this.#slots[slot]!.usedAt = now;
  }

  /** When something was last counted of a rehearsal. */
  usedAt(rehearsal: Rehearsal): number {
    return this.#slots.find((slot) => slot?.rehearsal.id === rehearsal.id)?.usedAt ?? -Infinity;
  }

  /** The rehearsal that was counted last. */
  get latest(): Rehearsal | undefined {
    return this.#used.reduce<Slot | undefined>(
      (last, each) => (last && last.usedAt >= each.usedAt ? last : each),
      undefined,
    )?.rehearsal;
  }

  /** A free slot, or one whose rehearsal rests and is then replaced; undefined where there is none. */
  findRoom(present: Rehearsal, now: number): number | undefined {
    for (let slot = 0; slot < REHEARSAL_SLOTS; slot++) if (this.#slots[slot] === undefined) return slot;
    const resting = this.#used.filter(({ rehearsal, usedAt }) => rehearsal.id !== present.id && usedAt < now - REST);
    const [longest] = resting.sort((one, other) => one.usedAt - other.usedAt);
    return longest && slotOf(longest.number);
  }

  empty(slot: number): void {
    this.#slots[slot] = undefined;
  }

  /** Returns its number. */
  put(rehearsal: Rehearsal, slot: number, now: number): number {
    const number = this.#nextNumber() * REHEARSAL_SLOTS + slot;
    this.#slots[slot] = { number, rehearsal, usedAt: now };
    return number;
  }

  /** There is no room: until a slot is free, versions without a slot are counted as the present one. */
  full(now: number): void {
    this.#fullUntil = now + REST;
  }

  isFull(now: number): boolean {
    return now < this.#fullUntil;
  }

  table(present: Rehearsal, now: number): ServiceRehearsals {
    // Of several rehearsals of a version, the latest applies.
    const slots = this.#used.toSorted((one, other) => one.number - other.number);
    const byVersion = new Map<string, number>();
    for (const { number, rehearsal } of slots)
      if (rehearsal.version !== undefined) byVersion.set(rehearsal.version, number);
    // If the present one has no slot, its slot went to the rehearsal that is about to be present.
    const current = slots.find(({ rehearsal }) => rehearsal.id === present.id) ?? slots.at(-1)!;
    return {
      service: this.#service,
      current: current.number,
      versions: [...byVersion].map(([version, rehearsal]) => ({ version, rehearsal })),
      others: this.isFull(now) ? 'current' : 'asked',
    };
  }

  get #used(): readonly Slot[] {
    return this.#slots.filter((slot) => slot !== undefined);
  }
}
