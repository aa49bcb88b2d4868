/** Resolves the services, written in either form, and their targets. */
import { DEFAULT_SERVICE } from '../model/service.ts';
import type { ComparedTarget, ComparedTargets } from './compared-targets.ts';
import { defined } from './defined.ts';
import type { Connections, DescriptorShares } from './descriptor-limit.ts';
import { fairShares } from './fair-shares.ts';
import type { Options } from './options.ts';
import type { PemFiles } from './pem-files.ts';
import { inFileOrder, type Position } from './problem.ts';
import { resolveExperiments } from './resolve-experiments.ts';
import { NO_TARGET } from './schema/target.ts';
import type { HeaderChanges, ShadowTarget, Target, TargetTls } from './target-types.ts';
import type { Path } from './tree.ts';
import type { RolloutConfig, RouteMatch, ServiceConfig } from './types.ts';

type WrittenTarget = Options['primary'];

type WrittenShadow = WrittenTarget & Pick<Options['shadow'], 'version' | 'versionFrom'>;

type TargetName = 'primary' | 'shadow' | 'control';

export interface WrittenService {
  readonly name: string;
  /** Where its targets are written. */
  readonly section: Path;
  /** Absent: only the requests that routes send to it. */
  readonly match?: RouteMatch;
  readonly targets: {
    readonly primary: WrittenTarget;
    readonly shadow?: WrittenShadow;
    readonly control?: WrittenTarget;
  };
  readonly rollout?: Options['rollout'];
  readonly experiments: Options['experiments'];
}

/** The services in the order in which they are written: an object has names such as `2` before all others. */
export function writtenServices(options: Options, locate: (path: Path) => Position): readonly WrittenService[] {
  const { services, primary, shadow, control, rollout, experiments } = options;
  if (services === undefined)
    return [
      {
        name: DEFAULT_SERVICE,
        section: [],
        match: {},
        targets: defined({ primary, shadow: unlessNone(shadow), control }),
        ...(rollout && { rollout }),
        experiments,
      },
    ];
  const positionOf = ([name]: readonly [string, unknown]) => locate(['services', name]);
  const written = Object.entries(services).sort((one, other) => inFileOrder(positionOf(one), positionOf(other)));
  return written.map(([name, { match = written.length === 1 ? {} : undefined, rollout, experiments, ...targets }]) => ({
    name,
    section: ['services', name],
    ...(match && { match }),
    targets: defined({ ...targets, shadow: targets.shadow && unlessNone(targets.shadow) }),
    ...(rollout && { rollout }),
    experiments,
  }));
}

function unlessNone({ url, ...target }: Options['shadow']): WrittenShadow | undefined {
  return url === NO_TARGET ? undefined : { url, ...target };
}

/** Splits what the mirror may hold, or have in flight, equally among services with a shadow. Each gets at least one. */
export function partOf(total: number, services: readonly WrittenService[]): number {
  const sharing = services.filter(({ targets }) => targets.shadow !== undefined).length;
  return Math.max(1, Math.floor(total / Math.max(1, sharing)));
}

interface Wanted extends Readonly<Record<TargetName | 'candidate' | 'repeated', number>> {
  /** Of each target of an arm. */
  readonly arms: readonly number[];
}

type Role = Exclude<keyof Wanted, 'arms'>;

/**
 * The connection limits of targets that do not set one: for those that serve clients, for shadows and controls, and for
 * repeats.
 */
export interface Usual {
  readonly clients: number;
  readonly copies: number;
  readonly mirror: Options['mirror'];
}

/**
 * How many connections each target wants. By default nothing waits for a connection: there may be as many as can be
 * used.
 */
function wantedBy({ targets, rollout, experiments }: WrittenService, { clients, copies, mirror }: Usual): Wanted {
  const { primary, shadow, control } = targets;
  const isRolledOut = rollout !== undefined && shadow !== undefined;
  return {
    primary: primary.connections ?? clients,
    candidate: isRolledOut ? (shadow.connections ?? clients) : 0,
    shadow: shadow === undefined ? 0 : (shadow.connections ?? copies),
    control: control === undefined ? 0 : (control.connections ?? copies),
    repeated: Math.max(
      isRepeated(targets, mirror) ? mirror.repeats.atOnce : 0,
      isRolledOut ? (primary.connections ?? copies) : 0,
    ),
    arms: experiments.flatMap(({ arms }) =>
      arms.flatMap(({ target }) => (target ? [target.connections ?? clients] : [])),
    ),
  };
}

function isRepeated(
  { shadow, control }: WrittenService['targets'],
  { calibrate, confirm }: Options['mirror'],
): boolean {
  return shadow !== undefined && (confirm || (calibrate > 0 && control === undefined));
}

/**
 * How many connections all targets want together. A client uses a connection to one primary, candidate or arm at a time,
 * so all of these together want no more than there may be clients, or than one of them may have.
 */
export function wantedConnections(services: readonly WrittenService[], usual: Usual): Connections {
  const { clients } = usual;
  const wanted = services.map((service) => wantedBy(service, usual));
  const sum = (name: Role) => wanted.reduce((total, each) => total + each[name], 0);
  const serving = wanted.flatMap(({ primary, candidate, arms }) => [primary, candidate, ...arms]);
  return {
    client: clients,
    primary: Math.min(
      serving.reduce((total, each) => total + each),
      Math.max(clients, ...serving),
    ),
    shadow: sum('shadow'),
    control: sum('control') + sum('repeated'),
  };
}

export interface ResolvingServices extends Usual {
  readonly buffer: number;
  readonly room: DescriptorShares;
  readonly pem: PemFiles;
}

export function resolveServices(
  services: readonly WrittenService[],
  { buffer, room, pem, ...usual }: ResolvingServices,
): ServiceConfig[] {
  const wanted = services.map((service) => wantedBy(service, usual));
  const of = (name: Role) => wanted.map((each) => each[name]);
  const controls = fairShares(room.control, [...of('control'), ...of('repeated')]);
  const shares: Record<Role, readonly number[]> = {
    primary: of('primary').map((primary) => Math.min(primary, room.primary)),
    candidate: of('candidate').map((candidate) => Math.min(candidate, room.primary)),
    shadow: fairShares(room.shadow, of('shadow')),
    control: controls.slice(0, services.length),
    repeated: controls.slice(services.length),
  };
  return services.map(({ name: service, section, match, targets, rollout, experiments }, index): ServiceConfig => {
    const resolved = (name: TargetName, role: Role = name): Target | undefined => {
      const target = targets[name];
      if (target === undefined) return undefined;
      const connections = shares[role][index]!;
      const connectionsBy = connections < wanted[index]![role] ? 'descriptors' : 'configuration';
      return { ...targetOf([...section, name], target, pem), connections, connectionsBy };
    };
    // The shadow's resolved target includes its version.
    const shadow: ShadowTarget | undefined = resolved('shadow');
    const control = resolved('control');
    const repeated = wanted[index]!.repeated > 0 ? resolved('primary', 'repeated') : undefined;
    const isRolledOut = rollout !== undefined && shadow !== undefined;
    const ofArm = (experiment: number, arm: number): Target | undefined => {
      const { target } = experiments[experiment]!.arms[arm]!;
      if (target === undefined) return undefined;
      const asked = target.connections ?? usual.clients;
      const connections = Math.min(asked, room.primary);
      const connectionsBy = connections < asked ? 'descriptors' : 'configuration';
      const path = [...section, 'experiments', experiment, 'arms', arm, 'target'];
      return { ...targetOf(path, target, pem), connections, connectionsBy };
    };
    return {
      name: service,
      ...(match && { match }),
      primary: resolved('primary')!,
      ...(shadow && { shadow }),
      ...(control && { control }),
      ...(repeated && { repeated }),
      ...(isRolledOut && { rollout: rolloutOf(rollout), candidate: resolved('shadow', 'candidate')! }),
      experiments: resolveExperiments(experiments, ofArm),
      inFlight: usual.copies,
      buffer,
    };
  });
}

function rolloutOf({ weight, writes: _, reverse: __, ...passedOn }: NonNullable<Options['rollout']>): RolloutConfig {
  return { ...passedOn, ...(weight !== 'steps' && { weight }) };
}

function targetOf(
  section: Path,
  { url, host, tls, connections: _, ...passedOn }: WrittenTarget,
  pem: PemFiles,
): Omit<Target, 'connections' | 'connectionsBy'> {
  return {
    ...url,
    ...passedOn,
    ...(host !== undefined && { hostHeader: host }),
    ...(tls && { tls: targetTls([...section, 'tls'], tls, pem) }),
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

type Origins = NonNullable<Options['compare']['origins']>;

/**
 * What a comparison knows about the targets of a service. `copies`: the changes made to all copies. Undefined if
 * nothing is compared.
 */
export function comparedTargets(
  { targets: { primary, shadow, control }, rollout }: WrittenService,
  copies: HeaderChanges,
  origins: Origins = {},
): ComparedTargets | undefined {
  if (shadow === undefined) return undefined;
  return {
    primary: comparedTarget(primary, origins.primary, []),
    shadow: comparedTarget(shadow, origins.shadow, [copies]),
    // Where there is no control, the primary may be asked once more.
    control: control
      ? comparedTarget(control, origins.control, [copies])
      : comparedTarget(primary, origins.primary, []),
    ...(rollout && { candidate: comparedTarget(shadow, origins.shadow, []) }),
  };
}

/** `others`: further changes, which are made before the target's own. */
function comparedTarget(
  { url, host, headers }: WrittenTarget,
  origins: readonly string[] | undefined,
  others: readonly HeaderChanges[],
): ComparedTarget {
  const all = [...others, headers];
  return {
    origins: origins ?? (url.socketPath === undefined ? [new URL(url.url).origin] : []),
    ...(host !== undefined && { hostHeader: host }),
    set: Object.fromEntries(all.flatMap(({ set }) => Object.entries(set))),
    remove: all.flatMap(({ remove }) => remove),
  };
}
