import type { RouteSummary, StoreReader, Summary, TimeWindow } from '../model/store-reader.ts';
import { type Asked, type ScopeReader, scopeMeant } from './scope.ts';
import { type ServiceResults, serviceResults } from './services.ts';

export interface TotalsAsked extends Asked {
  readonly window?: TimeWindow;
}

/** Over all routes, and of each service. */
export async function readTotals(
  reader: Pick<StoreReader, 'summary'> & ScopeReader,
  { window = {}, ...asked }: TotalsAsked,
): Promise<{ readonly results: Omit<Summary, 'routes'>; readonly services: readonly ServiceResults[] }> {
  const scope = await scopeMeant(reader, asked);
  const [{ routes, ...results }, known] = await Promise.all([reader.summary(window, scope, 'none'), reader.services()]);
  return { results, services: serviceResults(known, routes, scope) };
}

/** Of each route. */
export async function readLatencies(
  reader: Pick<StoreReader, 'summary'> & ScopeReader,
  { window = {}, ...asked }: TotalsAsked,
): Promise<readonly Omit<RouteSummary, 'requests' | 'outcomes'>[]> {
  const { routes } = await reader.summary(window, await scopeMeant(reader, asked));
  return routes.map(({ requests: _, outcomes: __, ...latency }) => latency);
}
