/** The verdict for a question, as the gate and the admin API give it. */
import type { VerdictSettings } from '../model/verdict-settings.ts';
import { isSound } from '../verdict/self-test.ts';
import { findRehearsal } from './find-rehearsal.ts';
import { unknownService } from './scope.ts';
import { readVerdict, type Verdict, type VerdictReader } from './verdict.ts';

export interface VerdictQuestion {
  readonly service?: string;
  readonly route?: string;
  /** Id, version or label. Default: the present rehearsal of each service. */
  readonly rehearsal?: string;
  /** Id, version or label of an earlier rehearsal. Places that had mismatches in it are ignored. */
  readonly baseline?: string;
  /** Replaces the configured value. */
  readonly overrides: Partial<Pick<VerdictSettings, 'epsilon' | 'margin' | 'minExchanges'>>;
}

/**
 * `now`: milliseconds since 1970. If nothing was recorded, as before the first request of a rehearsal, the verdict is
 * invalid. `sound`: whether the statistics pass their own test; if not, nothing passes. Rejects with `usage` if there
 * is no such service, or if a service has no such baseline.
 */
export async function askVerdict(
  reader: VerdictReader,
  { rehearsal: meant, ...of }: VerdictQuestion,
  now: number,
  sound = isSound,
): Promise<Verdict> {
  if (of.service !== undefined) await expectService(reader, of.service);
  if (meant === undefined) return readVerdict(reader, { ...of, now }, sound);
  const rows = (await reader.rehearsals()).filter(({ service }) => of.service === undefined || service === of.service);
  const rehearsal = findRehearsal(rows, meant)?.id;
  if (rehearsal === undefined) return { schemaVersion: 1, verdict: 'invalid', generatedAt: now, services: [] };
  return readVerdict(reader, { ...of, rehearsal, now }, sound);
}

/** Before the first request of the first proxy no service is known, and the one that is meant may be to come. */
async function expectService(reader: VerdictReader, name: string): Promise<void> {
  const known = (await reader.services()).map(({ service }) => service);
  if (known.length > 0 && !known.includes(name)) throw unknownService(name, known);
}
