import { ArmLedger } from '../metrics/arm-ledger.ts';
import { BucketLedger } from '../metrics/bucket-ledger.ts';
import { RedactionCounts } from '../metrics/redactions.ts';
import { RefusalCounts } from '../metrics/refusals.ts';

/** What the threads of a lane count besides outcomes, in shared memory that outlives them. */
export class LaneCounts {
  /** What the edge refused. */
  readonly refusals = RefusalCounts.allocate();
  /** What users got from the edge while services were rolled out. */
  readonly arms = ArmLedger.allocate();
  readonly buckets = BucketLedger.allocate();
  /** How often redaction rules hid something: in records, and in the access log. */
  readonly redactions = { compare: RedactionCounts.allocate(), edge: RedactionCounts.allocate() };

  read() {
    return {
      refusals: new RefusalCounts(this.refusals),
      arms: new ArmLedger(this.arms),
      buckets: new BucketLedger(this.buckets),
      redactions: Object.values(this.redactions).map((memory) => new RedactionCounts(memory)),
    };
  }
}
