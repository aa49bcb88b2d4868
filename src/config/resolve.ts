import { DEFAULT_IGNORED_HEADERS } from '../model/headers.ts';
import { DEFAULT_ROUTE } from '../model/route.ts';
import type { ListenAddress } from './address.ts';
import type { CompareConfig, Rule } from './compare-types.ts';
import type { ComparedTarget, ComparedTargets } from './compared-targets.ts';
import { defined } from './defined.ts';
import type { DescriptorFiles } from './descriptor-files.ts';
import { type DescriptorLimit, descriptorShares } from './descriptor-limit.ts';
import { readKeyFile } from './key-file.ts';
import { heapLimits, memoryShares } from './memory-limit.ts';
import type { NamedFiles } from './named-files.ts';
import type { OpenapiFiles } from './openapi-files.ts';
import type { Options } from './options.ts';
import type { PemFiles } from './pem-files.ts';
import type { Position } from './problem.ts';
import { decisions } from './schema/mirror.ts';
import type { Settings } from './schema/root.ts';
import type { HeaderChanges, Target, TargetTls } from './target-types.ts';
import type { Path } from './tree.ts';
import type { AdminConfig, Config, GroupingConfig, ListenTls, RedactConfig, Route, RouteMirror } from './types.ts';

export interface Surroundings {
  /** Where something was written, for the origins of rules. */
  readonly locate: (path: Path) => Position;
  readonly files: NamedFiles;
  /** Reads the certificates and keys. */
  readonly pem: PemFiles;
  /** Reads the descriptors of protobuf messages. */
  readonly descriptors: DescriptorFiles;
  readonly openapi: OpenapiFiles;
  /** CPUs that the process may use. */
  readonly cpus: number;
  /** Bytes that it may use. */
  readonly memory: number | 'none';
  readonly descriptorLimit: DescriptorLimit | undefined;
}

type WrittenTarget = Options['primary'];
type WrittenRoute = Options['routes'][number];
type WrittenRule = Options['compare']['rules'][number];

/** Makes of settings what the program works with: routes are laid over the global settings, and all is frozen. */
export function resolve(settings: Settings, surroundings: Surroundings): Config {
  const options = defined(settings);
  const { locate, files, pem, descriptors, openapi, cpus, memory, descriptorLimit } = surroundings;
  const { listen, admin, primary, shadow, control, edges, client, grouping, redact, store, log, alerts, shutdown } =
    options;
  const rules = (path: readonly PropertyKey[], written: readonly WrittenRule[] = []): Rule[] =>
    written.map((rule, index) => ({ ...rule, origin: originOf(locate([...path, 'rules', index])) }));

  const edgeCount = edges === 'auto' ? automaticEdges(listen.address, cpus) : edges;
  const limit = memory === 'none' ? undefined : memory;
  const shares = memoryShares(limit, edgeCount);
  const buffer = options.mirror.buffer === 'auto' ? shares.buffer : options.mirror.buffer;

  const { protobuf, origins, ...common } = options.compare;
  const compare: CompareConfig = defined({
    ...common,
    maxDecoded: common.maxDecoded === 'auto' ? shares.decoded : common.maxDecoded,
    ignoreHeaders: union(DEFAULT_IGNORED_HEADERS, common.ignoreHeaders),
    rules: rules(['compare'], common.rules),
    protobuf: descriptors.types(['compare', 'protobuf'], protobuf),
    targets: comparedTargets(options, origins),
  });
  const routes = options.routes.map((route, index): Route => {
    const { origins: ownOrigins, ...own } = route.compare ?? {};
    return {
      name: route.name,
      match: route.match,
      grouped: route.grouping,
      mirrored: route.mirror !== false,
      mirror: mirrorOf(options.mirror, route.mirror),
      compare: defined({
        ...compare,
        ...own,
        ignoreHeaders: union(compare.ignoreHeaders, own.ignoreHeaders ?? []),
        rules: [...compare.rules, ...rules(['routes', index, 'compare'], own.rules)],
        protobuf: descriptors.types(['routes', index, 'compare', 'protobuf'], own.protobuf, protobuf),
        ...(ownOrigins && { targets: comparedTargets(options, { ...origins, ...ownOrigins }) }),
      }),
    };
  });
  const rest: Route = {
    name: DEFAULT_ROUTE,
    match: {},
    grouped: grouping.enabled,
    mirrored: true,
    mirror: mirrorOf(options.mirror, undefined),
    compare,
  };

  // Nothing waits for a connection at the defaults: there may be as many as there is use for.
  const copies = options.mirror.inFlight;
  const wanted = {
    client: client.connections,
    primary: primary.connections ?? client.connections,
    shadow: shadow.connections ?? copies,
    control: control === undefined ? 0 : (control.connections ?? copies),
  };
  const room = descriptorShares(descriptorLimit, edgeCount, wanted);
  const connectionsOf = (of: keyof typeof wanted) => ({
    connections: room[of],
    connectionsBy: room[of] < wanted[of] ? ('descriptors' as const) : ('configuration' as const),
  });

  return freeze({
    listen: defined({ ...listen.address, tls: listen.tls && listenTls(listen.tls, pem) }),
    admin: adminOf(admin),
    primary: { ...targetOf('primary', primary, pem), ...connectionsOf('primary') },
    shadow: { ...targetOf('shadow', shadow, pem), ...connectionsOf('shadow') },
    ...(control && { control: { ...targetOf('control', control, pem), ...connectionsOf('control') } }),
    edges: edgeCount,
    client: { ...client, ...connectionsOf('client') },
    mirror: { ...options.mirror, tape: options.mirror.tape === 'auto' ? shares.tape : options.mirror.tape, buffer },
    memory: defined({ limit, examples: shares.examples, heaps: heapLimits(limit, edgeCount, buffer) }),
    descriptors: defined({
      limit: descriptorLimit?.limit,
      needed: room.needed,
      turnedAway: room.turnedAway,
      admin: room.admin,
    }),
    routes: [...routes, rest],
    grouping: groupingOf(grouping, openapi),
    redact: redactionOf(redact, files),
    store,
    log,
    alerts,
    shutdown,
  });
}

/** The system spreads connections over the listeners of a port, but a Unix socket has but one. */
function automaticEdges({ socketPath }: ListenAddress, cpus: number): number {
  return socketPath === undefined ? Math.max(1, Math.floor(cpus / 2)) : 1;
}

function targetOf(
  name: string,
  { url, host, tls, connections: _, ...passedOn }: WrittenTarget,
  pem: PemFiles,
): Omit<Target, 'connections' | 'connectionsBy'> {
  return {
    ...url,
    ...passedOn,
    ...(host !== undefined && { hostHeader: host }),
    ...(tls && { tls: targetTls([name, 'tls'], tls, pem) }),
  };
}

type Origins = NonNullable<Options['compare']['origins']>;

function comparedTargets({ primary, shadow, control, mirror }: Options, origins: Origins = {}): ComparedTargets {
  return defined({
    primary: comparedTarget(primary, origins.primary, []),
    shadow: comparedTarget(shadow, origins.shadow, [mirror.headers]),
    control: control && comparedTarget(control, origins.control, [mirror.headers]),
  });
}

/** `others`: changes that are made beside its own, which go before them. */
function comparedTarget(
  { url, host, headers }: WrittenTarget,
  origins: readonly string[] | undefined,
  others: readonly HeaderChanges[],
): ComparedTarget {
  const all = [...others, headers];
  return defined({
    origins: origins ?? (url.socketPath === undefined ? [new URL(url.url).origin] : []),
    hostHeader: host,
    set: Object.fromEntries(all.flatMap(({ set }) => Object.entries(set))),
    remove: all.flatMap(({ remove }) => remove),
  });
}

function adminOf({ address, ...passedOn }: Options['admin']): AdminConfig {
  return { ...address, ...passedOn };
}

function listenTls(
  { cert, key, others, clientCa, ...passedOn }: NonNullable<Options['listen']['tls']>,
  pem: PemFiles,
): ListenTls {
  const section = ['listen', 'tls'];
  return {
    ...passedOn,
    identities: [
      pem.identity(section, { cert, key }),
      ...others.map((other, index) => pem.identity([...section, 'others', index], other)),
    ],
    ...(clientCa !== undefined && { clientCa: pem.certificates([...section, 'clientCa'], clientCa) }),
  };
}

function targetTls(
  section: Path,
  { ca, cert, key, ...passedOn }: NonNullable<WrittenTarget['tls']>,
  pem: PemFiles,
): TargetTls {
  return {
    ...passedOn,
    ...(ca !== undefined && { ca: pem.certificates([...section, 'ca'], ca) }),
    ...(cert !== undefined && key !== undefined && { identity: pem.identity(section, { cert, key }) }),
  };
}

function redactionOf({ keyFile, ...passedOn }: Options['redact'], files: NamedFiles): RedactConfig {
  return defined({ ...passedOn, key: keyFile === undefined ? passedOn.key : readKeyFile(files, keyFile) });
}

function groupingOf(
  { enabled: _, openapi: file, ...passedOn }: Options['grouping'],
  openapi: OpenapiFiles,
): GroupingConfig {
  const described = file === undefined ? [] : openapi.templates(['grouping', 'openapi'], file);
  return { ...passedOn, templates: [...passedOn.templates, ...described] };
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

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member);
    Object.freeze(value);
  }
  return value;
}
