import { slotOf } from '../model/rehearsal.ts';
import { Ledger } from './ledger.ts';

/** The ledgers of one thread: one for each rehearsal that is under way. */
export class Ledgers {
  #ledgers: readonly Ledger[];

  /** @param memory by slot. */
  constructor(memory: readonly SharedArrayBuffer[]) {
    this.#ledgers = memory.map((each) => new Ledger(each));
  }

  /** Adds ledgers for more slots. */
  extend(memory: readonly SharedArrayBuffer[]): void {
    const more = memory.slice(this.#ledgers.length).map((each) => new Ledger(each));
    this.#ledgers = [...this.#ledgers, ...more];
  }

  /** `rehearsal`: its number. */
  of(rehearsal: number): Ledger {
    return this.#ledgers[slotOf(rehearsal)]!;
  }
}
