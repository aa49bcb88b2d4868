import { DEFAULT_IGNORED_HEADERS } from '../model/headers.ts';
import { DEFAULT_ROUTE } from '../model/route.ts';
import type { CompareConfig } from './compare-types.ts';
import type { ComparedTarget, ComparedTargets } from './compared-targets.ts';
import type { DescriptorFiles } from './descriptor-files.ts';
import { type DescriptorLimit, descriptorShares } from './descriptor-limit.ts';
import { readKeyFile } from './key-file.ts';
import { memoryShares } from './memory-limit.ts';
import type { NamedFiles } from './named-files.ts';
import type { OpenapiFiles } from './openapi-files.ts';
import type { PemFiles } from './pem-files.ts';
import type { Position } from './problem.ts';
import type { Rule } from './rule-types.ts';
import type { Settings } from './schema/root.ts';
import type { HeaderChanges, Target, TargetTls } from './target-types.ts';
import type { Path } from './tree.ts';
import type { Config, ListenAddress, ListenTls, Route, RouteMirror } from './types.ts';

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

type TargetSettings = Settings['primary'];
type RouteSettings = Settings['routes'][number];
type RuleSettings = Settings['compare']['rules'][number];

/** Makes of settings what the program works with: routes are laid over the global settings, and all is frozen. */
export function resolve(settings: Settings, surroundings: Surroundings): Config {
  const { locate, files, pem, descriptors, openapi, cpus, memory, descriptorLimit } = surroundings;
  const { listen, admin, primary, shadow, control, edges, client, grouping, redact, store, log, shutdown } = settings;
  const rules = (path: readonly PropertyKey[], written: readonly RuleSettings[] = []): Rule[] =>
    written.map((rule, index) => ({ ...defined(rule), origin: originOf(locate([...path, 'rules', index])) }));

  const { protobuf, origins, ...common } = settings.compare;
  const compare: CompareConfig = defined({
    ...common,
    ignoreHeaders: union(DEFAULT_IGNORED_HEADERS, common.ignoreHeaders),
    rules: rules(['compare'], common.rules),
    protobuf: descriptors.types(['compare', 'protobuf'], protobuf),
    targets: comparedTargets(settings, origins),
  });
  const routes = settings.routes.map((route, index): Route => {
    const { origins: ownOrigins, ...own } = route.compare ?? {};
    return {
      name: route.name,
      match: matchOf(route.match),
      grouped: route.grouping,
      mirrored: route.mirror !== false,
      mirror: mirrorOf(settings.mirror, route.mirror),
      compare: defined({
        ...compare,
        ...defined(own),
        ignoreHeaders: union(compare.ignoreHeaders, own.ignoreHeaders ?? []),
        rules: [...compare.rules, ...rules(['routes', index, 'compare'], own.rules)],
        protobuf: descriptors.types(['routes', index, 'compare', 'protobuf'], own.protobuf, protobuf),
        ...(ownOrigins && { targets: comparedTargets(settings, { ...origins, ...ownOrigins }) }),
      }),
    };
  });
  const rest: Route = {
    name: DEFAULT_ROUTE,
    match: {},
    grouped: grouping.enabled,
    mirrored: true,
    mirror: mirrorOf(settings.mirror, undefined),
    compare,
  };

  const edgeCount = edges === 'auto' ? automaticEdges(listen.address, cpus) : edges;
  const limit = memory === 'none' ? undefined : memory;
  const shares = memoryShares(limit, edgeCount);
  // Nothing waits for a connection at the defaults: there may be as many as there is use for.
  const copies = settings.mirror.inFlight;
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
    admin: defined({ ...admin.address, token: admin.token }),
    primary: { ...targetOf('primary', primary, pem), ...connectionsOf('primary') },
    shadow: { ...targetOf('shadow', shadow, pem), ...connectionsOf('shadow') },
    ...(control && { control: { ...targetOf('control', control, pem), ...connectionsOf('control') } }),
    edges: edgeCount,
    client: defined({ ...client, ...connectionsOf('client') }),
    mirror: {
      ...settings.mirror,
      tape: settings.mirror.tape === 'auto' ? shares.tape : settings.mirror.tape,
      buffer: settings.mirror.buffer === 'auto' ? shares.buffer : settings.mirror.buffer,
    },
    memory: defined({ limit, examples: shares.examples }),
    descriptors: defined({ limit: descriptorLimit?.limit, turnedAway: room.turnedAway, admin: room.admin }),
    routes: [...routes, rest],
    grouping: {
      limit: grouping.limit,
      templates: [
        ...grouping.templates,
        ...(grouping.openapi === undefined ? [] : openapi.templates(['grouping', 'openapi'], grouping.openapi)),
      ],
      operations: grouping.operations,
    },
    redact: redactionOf(redact, files),
    store,
    log: { ...log, access: defined(log.access) },
    shutdown,
  });
}

/** The system spreads connections over the listeners of a port, but a Unix socket has but one. */
function automaticEdges({ socketPath }: ListenAddress, cpus: number): number {
  return socketPath === undefined ? Math.max(1, Math.floor(cpus / 2)) : 1;
}

function targetOf(
  name: string,
  { url, tls, host, headers, lenient, timeouts }: TargetSettings,
  pem: PemFiles,
): Omit<Target, 'connections' | 'connectionsBy'> {
  return defined({
    ...url,
    tls: tls && targetTls([name, 'tls'], tls, pem),
    hostHeader: host,
    headers,
    lenient,
    timeouts: defined(timeouts),
  });
}

type Origins = NonNullable<Settings['compare']['origins']>;

function comparedTargets({ primary, shadow, control, mirror }: Settings, origins: Origins = {}): ComparedTargets {
  return defined({
    primary: comparedTarget(primary, origins.primary, []),
    shadow: comparedTarget(shadow, origins.shadow, [mirror.headers]),
    control: control && comparedTarget(control, origins.control, [mirror.headers]),
  });
}

/** `others`: changes that are made beside its own, which go before them. */
function comparedTarget(
  { url, host, headers }: TargetSettings,
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

function listenTls({ cert, key, others, clientCa }: NonNullable<Settings['listen']['tls']>, pem: PemFiles): ListenTls {
  const section = ['listen', 'tls'];
  return defined({
    identities: [
      pem.identity(section, { cert, key }),
      ...others.map((other, index) => pem.identity([...section, 'others', index], other)),
    ] as const,
    clientCa: clientCa === undefined ? undefined : pem.certificates([...section, 'clientCa'], clientCa),
  });
}

function targetTls(section: Path, settings: NonNullable<TargetSettings['tls']>, pem: PemFiles): TargetTls {
  const { ca, cert, key, serverName, insecure } = settings;
  return defined({
    ca: ca === undefined ? undefined : pem.certificates([...section, 'ca'], ca),
    identity: cert === undefined || key === undefined ? undefined : pem.identity(section, { cert, key }),
    serverName,
    insecure,
  });
}

function redactionOf({ keyFile, ...redact }: Settings['redact'], files: NamedFiles): Config['redact'] {
  return defined({ ...redact, key: keyFile === undefined ? redact.key : readKeyFile(files, keyFile) });
}

function mirrorOf(global: RouteMirror, own: RouteSettings['mirror']): RouteMirror {
  const { sample, sampleBy, methods, maxBody } = global;
  return { sample, sampleBy, methods, maxBody, ...(own ? defined(own) : {}) };
}

function matchOf({ headers, ...match }: RouteSettings['match']): Route['match'] {
  if (headers === undefined) return defined(match);
  return defined({ ...match, headers: Object.entries(headers).map(([name, value]) => defined({ name, value })) });
}

function originOf({ file, line }: Position): string {
  return line === 0 ? 'flag' : `${file}:${line}`;
}

const union = (one: readonly string[], other: readonly string[]) => [...new Set([...one, ...other])];

type Defined<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };
/** Members that may be undefined become members that may be absent. */
type Absentable<T> = Defined<
  { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
    [Key in keyof T as undefined extends T[Key] ? Key : never]?: T[Key];
  }
>;

function defined<T extends object>(object: T): Absentable<T> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as Absentable<T>;
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member);
    Object.freeze(value);
  }
  return value;
}
