import { Ledger } from '../metrics/ledger.ts';
import { slotOf } from '../model/rehearsal.ts';
import { allRows } from '../model/route.ts';
import type { RehearsedFindings } from '../threads/messages.ts';

/** What compare threads counted for the findings that they have told of, and no more: the two are recorded together. */
export class Reported {
  /** By slot of the rehearsals. */
  readonly ledgers: Ledger[] = [];

  addSlot(): void {
    this.ledgers.push(new Ledger(Ledger.allocate()));
  }

  take({ rehearsal, counts }: RehearsedFindings): void {
    for (const { row, findings } of counts) this.ledgers[slotOf(rehearsal)]!.setFindings(row, findings);
  }

  /** What a thread counted and did not live to tell of: the outcomes stay, what was found is lost. */
  takeOver(counted: readonly Ledger[]): void {
    for (const [slot, ledger] of counted.entries())
      for (const row of allRows()) this.ledgers[slot]!.setFindings(row, ledger.findings(row));
  }
}
