import type { Portion } from '../model/portion.ts';
import { distance } from './layout.ts';
import type { TapeWriter } from './writer.ts';

/** The number of sections by which bytes on the tape are tracked by age. */
const SECTIONS = 16;
/** The most sections on a full tape: with one that is being written and one that is partly read. */
const KEPT = SECTIONS + 2;

/**
 * How much of a tape each service uses, so that a service that floods it leaves room for others. Half of the tape is
 * open to every service; the other half is divided equally. Bytes that were read are noticed per section, and so a
 * little late.
 */
export class TapePortions {
  readonly #writer: TapeWriter;
  readonly #section: number;
  /** Sections by their number modulo `KEPT`: bytes by the place of the service. */
  readonly #sections: number[][] = Array.from({ length: KEPT }, () => []);
  /** Unread bytes by the place of the service: the sum of all sections from the oldest on. */
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

  /** Whether a service may put more on the tape. A service that is alone may fill it. */
  allows({ place, of }: Portion): boolean {
    if (of === 1) return true;
    const { used, capacity } = this.#writer;
    if (used <= capacity / 2) return true;
    this.#forget(Math.floor((this.#written - used) / this.#section));
    return (this.#unread[place] ?? 0) < capacity / 2 / of;
  }

  /** Counts the bytes written since the last call for this service. */
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

  /** Forgets the sections before this one: they were read. */
  #forget(before: number): void {
    for (; this.#oldest < before; this.#oldest++) {
      const section = this.#sections[this.#oldest % KEPT]!;
      for (const [place, bytes = 0] of section.entries()) this.#unread[place]! -= bytes;
      section.length = 0;
    }
  }
}
