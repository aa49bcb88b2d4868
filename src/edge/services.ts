/** What the configuration says of each service, in the form in which an edge thread uses it. */
import type { Target } from '../config/target-types.ts';
import type { Config, Route, ServiceConfig } from '../config/types.ts';
import { VARIANT_HEADER } from '../model/experiment.ts';
import type { Portion } from '../model/portion.ts';
import type { Seat, Seats } from '../model/rollout.ts';
import { type Experiment, experimentOf } from './experiments.ts';
import { goalsOf, type RouteGoal } from './goals.ts';
import type { Pauses, ServicePauses } from './pauses.ts';
import type { Service } from './plan.ts';
import type { Upstream } from './upstream.ts';

/** The target of a service in this role: `primary`, `shadow`, or the target of an arm. */
export type UpstreamOf = (service: string, role: string, target: Target) => Upstream;

/** Each by the index of a route. */
interface ByRoute {
  readonly services: readonly (Service | undefined)[];
  readonly experiments: readonly (readonly Experiment[] | undefined)[];
  readonly goals: readonly (readonly RouteGoal[] | undefined)[];
}

export function servicesOf(
  { services, routes }: Pick<Config, 'services' | 'routes'>,
  seats: Seats,
  pauses: Pauses,
  upstreamOf: UpstreamOf,
): ByRoute {
  const copied = services.filter(({ shadow }) => shadow !== undefined);
  const made = new Map(
    services.map((service) => {
      const portion = { place: copied.indexOf(service), of: copied.length };
      const given = { portion, seat: seats.get(service.name) ?? 0, pauses: pauses.of(service.name) };
      return [service.name, serviceOf(service, given, upstreamOf)] as const;
    }),
  );
  const experiments = new Map(
    services.map(({ name, experiments }) => [name, experiments.map((each) => experimentIn(name, each, upstreamOf))]),
  );
  const of = ({ service }: Route) => experiments.get(service) ?? [];
  return {
    services: routes.map(({ service }) => made.get(service)),
    experiments: routes.map((route) => applying(of(route), route)),
    goals: routes.map((route) => goalsOf(of(route), route.name)),
  };
}

function serviceOf(
  { name, primary, shadow, control, candidate, rollout, experiments }: ServiceConfig,
  { portion, seat, pauses }: { readonly portion: Portion; readonly seat: Seat; readonly pauses: ServicePauses },
  upstreamOf: UpstreamOf,
): Service {
  return {
    name,
    primary: upstreamOf(name, 'primary', primary),
    shadow,
    control,
    pauses,
    portion,
    ...(rollout && candidate && { rollout: { ...rollout, candidate: upstreamOf(name, 'shadow', candidate), seat } }),
    reserved: reservedBy({ rollout, experiments }),
  };
}

function experimentIn(
  service: string,
  experiment: ServiceConfig['experiments'][number],
  upstreamOf: UpstreamOf,
): Experiment {
  return experimentOf(service, experiment, ({ name, target }) =>
    target === undefined ? undefined : upstreamOf(service, `target of ${experiment.name}=${name}`, target),
  );
}

function applying(experiments: readonly Experiment[], { name }: Route): readonly Experiment[] | undefined {
  const list = experiments.filter(({ routes }) => routes?.includes(name) ?? true);
  return list.length === 0 ? undefined : list;
}

/** A client must choose neither its version nor its arm. */
function reservedBy({
  rollout,
  experiments,
}: Pick<ServiceConfig, 'experiments'> & { readonly rollout: ServiceConfig['rollout'] | undefined }):
  | ReadonlySet<string>
  | undefined {
  const flags = experiments.flatMap(({ arms }) => arms.flatMap(({ header }) => Object.keys(header)));
  const names = [
    ...(rollout?.override ? [rollout.override.header] : []),
    ...(experiments.length > 0 ? [VARIANT_HEADER] : []),
    ...flags,
  ];
  return names.length === 0 ? undefined : new Set(names);
}
