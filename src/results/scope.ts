import { closest } from '../lib/closest.ts';
import { UnderstudyError } from '../model/errors.ts';
import type { RehearsalRow, Scope, StoreReader } from '../model/store-reader.ts';
import { meantIn } from './find-rehearsal.ts';

/** As given by a person or a program. */
export interface Asked {
  readonly service?: string | undefined;
  /** Id, version or label. */
  readonly rehearsal?: string | undefined;
}

export type ScopeReader = Pick<StoreReader, 'services' | 'rehearsals'>;

/** The results that are meant. Throws `usage` if there is no such service or rehearsal. */
export async function scopeMeant(reader: ScopeReader, { service, rehearsal: meant }: Asked): Promise<Scope> {
  if (service === undefined && meant === undefined) return {};
  const rows = await rehearsalsOf(reader, service);
  if (meant === undefined) return { service: service! };
  const rehearsal = meantIn(rows, meant);
  return { service: rehearsal.service, rehearsal: rehearsal.id };
}

/** One service, or all. Throws `usage` if there is no such service. */
export async function rehearsalsOf(reader: ScopeReader, service?: string): Promise<readonly RehearsalRow[]> {
  const rows = await reader.rehearsals();
  if (service === undefined) return rows;
  const known = (await reader.services()).map((each) => each.service);
  if (known.includes(service)) return rows.filter((row) => row.service === service);
  throw unknownService(service, known);
}

/** The error for a service that is not among the known ones. */
export function unknownService(service: string, known: readonly string[]): UnderstudyError {
  const meant = closest(service, known);
  const hint = meant === undefined ? '' : ` (did you mean ${JSON.stringify(meant)}?)`;
  const allowed = known.length === 0 ? 'there are none yet' : known.join(', ');
  return new UnderstudyError('usage', `no service is called ${JSON.stringify(service)}${hint}; allowed: ${allowed}`);
}
