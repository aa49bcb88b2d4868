/** Which goals a response reaches, and for whom. */

import { COPY_MARKER } from '../model/copy-marker.ts';
import type { Fields } from '../model/exchange.ts';
import { fieldValue } from '../wire/fields.ts';
import type { ExperimentLog } from './experiment-log.ts';
import { type Experiment, membershipIn } from './experiments.ts';
import type { ReceivedHead } from './request-head.ts';
import type { TrustedProxies } from './trusted-proxies.ts';
import type { UserSource } from './user-id.ts';

/** A goal that responses of a route reach. */
export interface RouteGoal {
  readonly experiment: Experiment;
  readonly name: string;
  /** The header whose value is the number; undefined for a conversion. */
  readonly header: string | undefined;
}

/** The goals of a route; undefined where it has none. */
export function goalsOf(experiments: readonly Experiment[], route: string): readonly RouteGoal[] | undefined {
  const goals = experiments.flatMap((experiment) =>
    experiment.goals.flatMap(({ name, source }): RouteGoal[] => {
      if (source.by === 'event' || source.route !== route) return [];
      return [{ experiment, name, header: source.by === 'header' ? source.header : undefined }];
    }),
  );
  return goals.length === 0 ? undefined : goals;
}

/** A decimal number, as JSON writes it. */
const NUMBER = /^-?\d{1,30}(?:\.\d{1,30})?(?:[eE][+-]?\d{1,2})?$/;

/** `fields`: of a complete response with a status of 2xx. */
export function countGoals(
  goals: readonly RouteGoal[],
  head: Pick<ReceivedHead, 'fields'>,
  source: UserSource,
  proxies: TrustedProxies,
  fields: Fields,
  log: ExperimentLog,
): void {
  if (fieldValue(head.fields, COPY_MARKER) !== undefined) return;
  for (const { experiment, name, header } of goals) {
    const membership = membershipIn(experiment, head, source, proxies);
    if (membership?.user === undefined) continue;
    const written = header === undefined ? '1' : (fieldValue(fields, header) ?? '');
    if (NUMBER.test(written)) log.reach(membership, name, Number(written));
    else log.missNumber();
  }
}
