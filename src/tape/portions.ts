import type { Portion } from '../model/portion.ts';
import { distance } from './layout.ts';
import type { TapeWriter } from './writer.ts';

/** In how many sections what is on the tape is told apart by age. */
const SECTIONS = 16;
/** As many lie on a full tape, with the one that is begun and the one that is half read. */
const KEPT = SECTIONS + 2;

/**
 * Which service has how much on a tape, so that one that floods it leaves room to others: half of the tape is anybody's,
 * the other half belongs to all of them in equal parts. What was read is told by section: it is seen a little late.
 */
export class TapePortions {
  readonly #writer: TapeWriter;
  readonly #section: number;
  /** By number modulo `KEPT`: bytes by the place of the service. */
  readonly #sections: number[][] = Array.from({ length: KEPT }, () => []);
  /** Bytes by the place of the service: those of all sections from the oldest on. */
  readonly #unread: number[] = [];
  #oldest = 0;
  /** Bytes that were ever written. */
  #written = 0;
  #head: number;

  constructor(writer: TapeWriter) {
    this.#writer = writer;
    this.#section = writer.capacity / SECTIONS;
    this.#head = writer.head;
  }

  /** Whether a service may put more on the tape: one by itself may fill it. */
  allows({ place, of }: Portion): boolean {
    if (of === 1) return true;
    const { used, capacity } = this.#writer;
    if (used <= capacity / 2) return true;
    this.#forget(Math.floor((this.#written - used) / this.#section));
    return (this.#unread[place] ?? 0) < capacity / 2 / of;
  }

  /** What was written since the last time is this service's. */
  wrote({ place, of }: Portion): void {
    if (of === 1) return;
    const { head, capacity } = this.#writer;
    const bytes = distance(this.#head, head, capacity);
    this.#head = head;
    const number = Math.floor(this.#written / this.#section);
    this.#forget(number - SECTIONS);
    const section = this.#sections[number % KEPT]!;
    section[place] = (section[place] ?? 0) + bytes;
    this.#unread[place] = (this.#unread[place] ?? 0) + bytes;
    this.#written += bytes;
  }

  /** The sections before this one are read. */
  #forget(before: number): void {
    for (; this.#oldest < before; this.#oldest++) {
      const section = this.#sections[this.#oldest % KEPT]!;
      for (const [place, bytes = 0] of section.entries()) this.#unread[place]! -= bytes;
      section.length = 0;
    }
  }
}
