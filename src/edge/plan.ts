/**
 * What is decided for an exchange before anything is sent: which target serves the client, which targets get copies, or
 * why none does. It is decided once, from the request's head and the settings alone. What the plan needs (a connection,
 * room on the tape, the rate limit) is taken afterwards, and may not be available.
 */
import type { Target } from '../config/target-types.ts';
import type { Route } from '../config/types.ts';
import { copyLegs, NO_COPIES, type Server, type ServingLeg } from '../model/copy-legs.ts';
import { COPY_MARKER, hasCirculated } from '../model/copy-marker.ts';
import type { LegName } from '../model/exchange.ts';
import type { SkipReason } from '../model/outcome.ts';
import type { Portion } from '../model/portion.ts';
import type { Seat } from '../model/rollout.ts';
import type { RouteIndex, RouteRow } from '../model/route.ts';
import { fieldList } from '../wire/fields.ts';
import { type Assignment, type AssignmentRules, assign } from './assignment.ts';
import { type Experiment, type Membership, membershipsIn, NO_MEMBERSHIPS, servingMembership } from './experiments.ts';
import type { ServicePauses } from './pauses.ts';
import type { ReceivedHead } from './request-head.ts';
import type { Router } from './routing.ts';
import { sampled } from './sampling.ts';
import type { ServingWeights } from './serving-weights.ts';
import type { TrustedProxies } from './trusted-proxies.ts';
import type { Upstream } from './upstream.ts';
import type { UserSource } from './user-id.ts';

/** `off`: switched off by the configuration or the kill switch. `draining`: this process takes no more work. */
export type MirrorState = 'on' | 'off' | 'draining';

/** A service. The edge connects only to targets that serve clients; copies go over the tape. */
export interface Service {
  readonly name: string;
  readonly primary: Upstream;
  /** Undefined where none is configured. The same holds for the control. */
  readonly shadow: Target | undefined;
  readonly control: Target | undefined;
  readonly pauses: ServicePauses;
  /** Its portion of the copy rate and of the tape. */
  readonly portion: Portion;
  /** Absent: the primary serves all clients. */
  readonly rollout?: ServiceRollout;
  /** Names, in lower case, of request fields that only we set or read: no target gets them from a client. */
  readonly reserved: ReadonlySet<string> | undefined;
}

/** How a service is rolled out. The candidate is the shadow, as a target that serves clients. */
export interface ServiceRollout extends AssignmentRules {
  readonly candidate: Upstream;
  /** Where its weight is kept. */
  readonly seat: Seat;
}

type PlannedRoute = Pick<Route, 'mirrored' | 'mirror' | 'candidateMayServe' | 'reverseMethods'>;

export interface PlanSettings {
  readonly router: Router;
  /** The configured routes; the last matches everything. */
  readonly routes: readonly PlannedRoute[];
  /** The row in the ledgers, by the index of a route. */
  readonly routeRows: readonly RouteRow[];
  /** The service of each route, by the route's index. Undefined for a route of no service. */
  readonly services: readonly (Service | undefined)[];
  /** The experiments that apply to each route, by its index; undefined where there are none. */
  readonly experiments: readonly (readonly Experiment[] | undefined)[];
  readonly mirroring: MirrorState;
  /** The value of the marker header on our own copies. */
  readonly marker: string;
  /** The salt of sticky samples. */
  readonly salt: string;
  /** In [0, 1). */
  readonly random: () => number;
  readonly proxies: TrustedProxies;
  readonly weights: ServingWeights;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Plan {
  /** Which service the request is for. */
  readonly service: Service;
  /**
   * The index of its route in the settings. It decides how the request is treated, and under which name it is reported.
   */
  readonly route: RouteIndex;
  /** The target whose response the client gets, and whose that is. */
  readonly serves: Upstream;
  readonly servedBy: Server;
  /** Whose results it belongs to; absent where the service is not rolled out. */
  readonly assignment: Assignment | undefined;
  /** The arms of experiments that it belongs to. */
  readonly memberships: readonly Membership[];
  /** The targets that get a copy; none where `skipped` says why. */
  readonly copies: readonly LegName[];
  /** Why there is no copy. `keyless`: sampling is by a key, and the request has none; its outcome is `unsampled`. */
  readonly skipped: SkipReason | 'keyless' | undefined;
}

/** Undefined where the request is for no service. */
export function planExchange(head: ReceivedHead, client: UserSource, settings: PlanSettings): Plan | undefined {
  const route = settings.router.find(head);
  const service = settings.services[route];
  if (service === undefined) return undefined;
  const assignment = service.rollout && assigned(head, client, settings, route, service.rollout);
  const users = assignment?.arm === 'test' ? 'test' : 'real';
  const experiments = settings.experiments[route];
  const memberships =
    experiments === undefined
      ? NO_MEMBERSHIPS
      : membershipsIn(experiments, head, client, { proxies: settings.proxies, users });
  const leg = assignment?.servedBy ?? 'primary';
  const own = servingMembership(memberships)?.arm.upstream;
  const skipped =
    users === 'test'
      ? 'test_user'
      : own !== undefined
        ? 'experiment'
        : skipReason(head, client, settings.routes[route]!, { service, servedBy: leg }, settings);
  return {
    service,
    route,
    serves: own ?? (leg === 'shadow' ? service.rollout!.candidate : service.primary),
    servedBy: own === undefined ? leg : 'arm',
    assignment,
    memberships,
    copies: skipped === undefined ? copyLegs(leg, service.control !== undefined) : NO_COPIES,
    skipped,
  };
}

/** In words for the log. */
export function serverName({ memberships }: Plan, server: Server): string {
  return server === 'arm' ? `target of ${servingMembership(memberships)!.arm.variant}` : server;
}

function assigned(
  head: ReceivedHead,
  client: UserSource,
  { weights, routeRows, routes, proxies, now }: PlanSettings,
  route: RouteIndex,
  rules: ServiceRollout,
): Assignment {
  const [weight, mayServe] = [weights.at(routeRows[route]!, rules.seat), routes[route]!.candidateMayServe];
  return assign(head, client, rules, { weight, mayServe, proxies, now });
}

function skipReason(
  head: ReceivedHead,
  client: UserSource,
  { mirrored, mirror, reverseMethods }: PlannedRoute,
  { service, servedBy }: { readonly service: Service; readonly servedBy: ServingLeg },
  settings: PlanSettings,
): Plan['skipped'] {
  if (settings.mirroring === 'draining') return 'draining';
  if (settings.mirroring === 'off') return 'disabled';
  if (service.shadow === undefined) return 'no_shadow';
  if (!mirrored) return 'route';
  const markers = fieldList(head.fields, COPY_MARKER);
  if (markers !== undefined && hasCirculated(markers, settings.marker)) return 'loop';
  if (!mirror.methods.includes(head.method)) return 'method';
  if (servedBy === 'shadow' && !reverseMethods.includes(head.method)) return 'method';
  if (typeof head.bodyLength === 'number' && head.bodyLength > mirror.maxBody) return 'too_large';
  const sample = sampled(head, client.address, mirror, settings.salt, settings.random);
  if (sample !== 'in') return sample === 'out' ? 'unsampled' : 'keyless';
  return service.pauses.paused ? 'paused' : undefined;
}
