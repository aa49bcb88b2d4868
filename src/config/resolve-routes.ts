/** The routes: the configured ones, and a default route for each service. */
import { DEFAULT_IGNORED_HEADERS } from '../model/headers.ts';
import { DEFAULT_ROUTE } from '../model/route.ts';
import { NO_SERVICE } from '../model/service.ts';
import type { CompareConfig, Rule } from './compare-types.ts';
import { defined } from './defined.ts';
import type { DescriptorFiles } from './descriptor-files.ts';
import type { Options } from './options.ts';
import type { Position } from './problem.ts';
import { comparedTargets, type WrittenService } from './resolve-services.ts';
import { decisions } from './schema/mirror.ts';
import type { Path } from './tree.ts';
import type { Route, RouteMatch, RouteMirror } from './types.ts';

type WrittenRoute = Options['routes'][number];

interface Surroundings {
  /** The value of `compare.maxDecoded: auto`. */
  readonly decoded: number;
  readonly locate: (path: Path) => Position;
  readonly descriptors: DescriptorFiles;
}

export function resolveRoutes(
  options: Options,
  services: readonly WrittenService[],
  { decoded, locate, descriptors }: Surroundings,
): Route[] {
  const { mirror, grouping } = options;
  const { protobuf, origins, ...common } = options.compare;
  const rules = (path: Path, written: Pick<NonNullable<WrittenRoute['compare']>, 'rules'> = {}): Rule[] =>
    (written.rules ?? []).map((rule, index) => ({ ...rule, origin: originOf(locate([...path, 'rules', index])) }));
  const shared: CompareConfig = defined({
    ...common,
    maxDecoded: common.maxDecoded === 'auto' ? decoded : common.maxDecoded,
    ignoreHeaders: union(DEFAULT_IGNORED_HEADERS, common.ignoreHeaders),
    rules: rules(['compare'], common),
    protobuf: descriptors.types(['compare', 'protobuf'], protobuf),
  });
  // A route that names an unknown service is reported elsewhere.
  const named = (name: string | undefined) => services.find((service) => service.name === name) ?? services[0]!;

  const routes = options.routes.map((route, index): Route => {
    const { origins: ownOrigins, ...own } = route.compare ?? {};
    const service = named(route.service);
    return {
      name: route.name,
      service: service.name,
      match: route.match,
      grouped: route.grouping,
      mirrored: route.mirror !== false,
      mirror: mirrorOf(mirror, route.mirror),
      ...inRollout(service, route.rollout),
      compare: defined({
        ...shared,
        ...own,
        ignoreHeaders: union(shared.ignoreHeaders, [...(own.ignoreHeaders ?? []), ...versionHeader(service)]),
        rules: [...shared.rules, ...rules(['routes', index, 'compare'], own)],
        protobuf: descriptors.types(['routes', index, 'compare', 'protobuf'], own.protobuf, protobuf),
        targets: comparedTargets(service, mirror.headers, { ...origins, ...ownOrigins }),
      }),
    };
  });
  const rest = (service: string, match: RouteMatch, of?: WrittenService): Route => ({
    name: DEFAULT_ROUTE,
    service,
    match,
    grouped: of !== undefined && grouping.enabled,
    mirrored: true,
    mirror: mirrorOf(mirror, undefined),
    ...inRollout(of),
    compare: defined({
      ...shared,
      ignoreHeaders: union(shared.ignoreHeaders, versionHeader(of)),
      targets: of && comparedTargets(of, mirror.headers, origins),
    }),
  });
  const rests = services.flatMap((service) => (service.match ? [rest(service.name, service.match, service)] : []));
  // The route that matches everything comes last. If there is only one service, it belongs to that.
  const isAllOfOne = services.length === 1 && Object.keys(services[0]!.match ?? {}).length === 0;
  return [...routes, ...rests, ...(isAllOfOne ? [] : [rest(NO_SERVICE, {})])];
}

/** A new version says another version than the one before. That is not a difference. */
function versionHeader(service: WrittenService | undefined): readonly string[] {
  const header = service?.targets.shadow?.versionFrom?.header;
  return header === undefined ? [] : [header];
}

function inRollout(
  service: WrittenService | undefined,
  own: WrittenRoute['rollout'] = {},
): Pick<Route, 'candidateMayServe' | 'reverseMethods'> {
  if (service?.rollout === undefined || own === false) return { candidateMayServe: 'nothing', reverseMethods: [] };
  const { writes, reverse } = { ...service.rollout, ...own };
  return { candidateMayServe: writes === 'allowed' ? 'all' : 'reads', reverseMethods: reverse.methods };
}

const DECISIONS = Object.keys(decisions) as (keyof RouteMirror)[];

function mirrorOf(global: RouteMirror, own: WrittenRoute['mirror']): RouteMirror {
  const inherited = Object.fromEntries(DECISIONS.map((name) => [name, global[name]])) as RouteMirror;
  return { ...inherited, ...(own || {}) };
}

function originOf({ file, line }: Position): string {
  return line === 0 ? 'flag' : `${file}:${line}`;
}

const union = (one: readonly string[], other: readonly string[]) => [...new Set([...one, ...other])];
