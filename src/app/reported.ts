import { Ledger } from '../metrics/ledger.ts';
import { slotOf } from '../model/rehearsal.ts';
import { allRows } from '../model/route.ts';
import type { RehearsedFindings } from '../threads/messages.ts';

/** The counts of compare threads that belong to findings already sent: both are recorded together. */
export class Reported {
  /** By slot of the rehearsals. */
  readonly ledgers: Ledger[] = [];

  addSlot(): void {
    this.ledgers.push(new Ledger(Ledger.allocate()));
  }

  take({ rehearsal, counts }: RehearsedFindings): void {
    for (const { row, findings } of counts) this.ledgers[slotOf(rehearsal)]!.setFindings(row, findings);
  }

  /** Takes over what a dead thread counted but had not sent: the outcomes are kept, the findings are lost. */
  takeOver(counted: readonly Ledger[]): void {
    for (const [slot, ledger] of counted.entries())
      for (const row of allRows()) this.ledgers[slot]!.setFindings(row, ledger.findings(row));
  }
}
