/** A verdict on what somebody asks about, as the gate and the admin API give it. */
import type { VerdictSettings } from '../model/verdict-settings.ts';
import { isSound } from '../verdict/self-test.ts';
import { findRehearsal } from './find-rehearsal.ts';
import { readVerdict, type Verdict, type VerdictReader } from './verdict.ts';

export interface VerdictQuestion {
  readonly service?: string;
  readonly route?: string;
  /** Id, version or label. The present one of each service unless given. */
  readonly rehearsal?: string;
  /** Id, version or label of an earlier one: what had mismatches in it is left out. */
  readonly baseline?: string;
  /** In place of what is configured. */
  readonly overrides: Partial<Pick<VerdictSettings, 'epsilon' | 'margin' | 'minExchanges'>>;
}

/**
 * `now`: milliseconds since 1970. What nothing was recorded of, as a rehearsal before its first request, is invalid.
 * `sound`: whether the statistics pass their own test, without which nothing is ever passed. Rejects with `usage` where
 * a service has no such baseline.
 */
export async function askVerdict(
  reader: VerdictReader,
  { rehearsal: meant, ...of }: VerdictQuestion,
  now: number,
  sound = isSound,
): Promise<Verdict> {
  if (meant === undefined) return tested(await readVerdict(reader, { ...of, now }), sound);
  const rows = (await reader.rehearsals()).filter(({ service }) => of.service === undefined || service === of.service);
  const rehearsal = findRehearsal(rows, meant)?.id;
  if (rehearsal === undefined) return { schemaVersion: 1, verdict: 'invalid', generatedAt: now, services: [] };
  return tested(await readVerdict(reader, { ...of, rehearsal, now }), sound);
}

const UNSOUND = 'the verdict fails its own test (see understudy selftest): nothing that it says can be trusted';

function tested(verdict: Verdict, sound: () => boolean): Verdict {
  if (sound()) return verdict;
  const services = verdict.services.map((service) => ({
    ...service,
    verdict: 'invalid' as const,
    reasons: [UNSOUND],
    faults: [{ name: 'self_test' as const, detail: UNSOUND }],
  }));
  return { ...verdict, verdict: 'invalid', services };
}
