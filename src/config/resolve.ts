import { AUTOMATIC_ROWS } from '../model/route.ts';
import type { ListenAddress } from './address.ts';
import { defined } from './defined.ts';
import type { DescriptorFiles } from './descriptor-files.ts';
import { type DescriptorLimit, descriptorShares } from './descriptor-limit.ts';
import { readKeyFile } from './key-file.ts';
import {
  automaticMemory,
  divideMemory,
  heapLimits,
  heldBy,
  type MemoryParts,
  type WrittenParts,
} from './memory-limit.ts';
import type { NamedFiles } from './named-files.ts';
import type { OpenapiFiles } from './openapi-files.ts';
import type { Options } from './options.ts';
import type { PemFiles } from './pem-files.ts';
import type { Position } from './problem.ts';
import { resolveRoutes } from './resolve-routes.ts';
import { partOf, resolveServices, wantedConnections, writtenServices } from './resolve-services.ts';
import type { Settings } from './schema/root.ts';
import type { Path } from './tree.ts';
import type { AdminConfig, Config, GroupingConfig, ListenTls, RedactConfig } from './types.ts';

export interface Surroundings {
  /** Where something was written, to name the origin of a rule. */
  readonly locate: (path: Path) => Position;
  readonly files: NamedFiles;
  /** Reads the certificates and keys. */
  readonly pem: PemFiles;
  /** Reads the descriptors of protobuf messages. */
  readonly descriptors: DescriptorFiles;
  readonly openapi: OpenapiFiles;
  /** CPUs that the process may use. */
  readonly cpus: number;
  /** Bytes that the process may use. */
  readonly memory: number | 'none';
  readonly descriptorLimit: DescriptorLimit | undefined;
}

/**
 * Turns settings into what the program works with: routes are laid over the global settings, and everything is frozen.
 */
export function resolve(settings: Settings, surroundings: Surroundings): Config {
  const options = defined(settings);
  const { locate, files, pem, descriptors, openapi, cpus, memory, descriptorLimit } = surroundings;
  const { listen, admin, edges, threads, client, mirror, grouping, redact, store, log, alerts, exposure, shutdown } =
    options;
  const services = writtenServices(options, locate);

  const edgeCount = edges === 'auto' ? automaticEdges(listen.address, cpus) : edges;
  const limit = memory === 'none' ? undefined : memory;
  const parts = memoryParts(mirror, limit, edgeCount);
  const { tape, buffer, examples, collected } = parts;
  const [clients, copies] = [client.connections, partOf(mirror.inFlight, services)];
  const usual = { clients, copies, mirror };
  const wanted = wantedConnections(services, usual);
  const room = descriptorShares(descriptorLimit, edgeCount, wanted, services.length);

  return freeze({
    listen: defined({ ...listen.address, tls: listen.tls && listenTls(listen.tls, pem) }),
    admin: adminOf(admin),
    services: resolveServices(services, { ...usual, buffer: partOf(buffer, services), room, pem }),
    edges: edgeCount,
    threads,
    client: {
      ...client,
      connections: room.client,
      connectionsBy: room.client < clients ? 'descriptors' : 'configuration',
    },
    mirror: { ...mirror, tape, buffer },
    memory: defined({
      limit,
      held: heldBy(parts, edgeCount),
      examples,
      collected,
      heaps: heapLimits(limit, edgeCount, buffer),
    }),
    descriptors: defined({
      limit: descriptorLimit?.limit,
      needed: room.needed,
      turnedAway: room.turnedAway,
      admin: room.admin,
    }),
    routes: resolveRoutes(options, services, { decoded: parts.decoded, locate, descriptors }),
    grouping: groupingOf(grouping, services.length, openapi),
    redact: redactionOf(redact, files),
    verdict: options.verdict,
    store,
    log,
    alerts,
    ...(exposure && { exposure }),
    shutdown,
  });
}

/** An explicit memory is divided into what is not written. Without one, each explicit part replaces its usual size. */
function memoryParts(
  { memory, tape, buffer }: Options['mirror'],
  limit: number | undefined,
  edges: number,
): MemoryParts {
  const written: WrittenParts = { ...(tape !== 'auto' && { tape }), ...(buffer !== 'auto' && { buffer }) };
  if (memory !== 'auto') return divideMemory(memory, edges, written);
  return { ...divideMemory(automaticMemory(limit, edges), edges), ...written };
}

/** The system spreads connections over the listeners of a port, but a Unix socket has only one listener. */
function automaticEdges({ socketPath }: ListenAddress, cpus: number): number {
  return socketPath === undefined ? Math.max(1, Math.floor(cpus / 2)) : 1;
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

function redactionOf({ keyFile, ...passedOn }: Options['redact'], files: NamedFiles): RedactConfig {
  return defined({ ...passedOn, key: keyFile === undefined ? passedOn.key : readKeyFile(files, keyFile) });
}

function groupingOf(
  { enabled: _, openapi: file, limit, ...passedOn }: Options['grouping'],
  services: number,
  openapi: OpenapiFiles,
): GroupingConfig {
  const described = file === undefined ? [] : openapi.templates(['grouping', 'openapi'], file);
  return {
    ...passedOn,
    limit: Math.min(limit, Math.floor(AUTOMATIC_ROWS / services)),
    templates: [...passedOn.templates, ...described],
  };
}

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) freeze(member);
    Object.freeze(value);
  }
  return value;
}
