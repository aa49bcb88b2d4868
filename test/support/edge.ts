/** The edge on a port of its own, in this process and without a mirror behind it. */

import { randomBytes } from 'node:crypto';
import type { Target, TargetTimeouts } from '../../src/config/target-types.ts';
import type { ClientLimits, Config, ListenTls, MirrorConfig, Route } from '../../src/config/types.ts';
import { EdgeContext } from '../../src/edge/context.ts';
import { CopyTape } from '../../src/edge/copy.ts';
import { Edge } from '../../src/edge/edge.ts';
import { ExperimentLog } from '../../src/edge/experiment-log.ts';
import { RateLimit } from '../../src/edge/rate-limit.ts';
import { ServingWeights } from '../../src/edge/serving-weights.ts';
import { UserResults } from '../../src/edge/user-results.ts';
import { makeLogRedaction } from '../../src/findings/log-redaction.ts';
import { RouteLog } from '../../src/grouping/route-log.ts';
import { RouteNames } from '../../src/grouping/route-names.ts';
import { type Clock, systemClock } from '../../src/lib/clock.ts';
import { ArmLedger } from '../../src/metrics/arm-ledger.ts';
import { BucketLedger } from '../../src/metrics/bucket-ledger.ts';
import { InFlightAccount } from '../../src/metrics/in-flight-account.ts';
import { RouteCounts } from '../../src/metrics/layout.ts';
import { Ledger } from '../../src/metrics/ledger.ts';
import { RefusalCounts } from '../../src/metrics/refusals.ts';
import type { ExperimentActivity } from '../../src/model/experiment.ts';
import type { Notice } from '../../src/model/notice.ts';
import { userKeys } from '../../src/model/user-key.ts';
import { Tape } from '../../src/tape/layout.ts';
import { Deadlines } from '../../src/wire/deadlines.ts';
import { type Names, systemNames } from '../../src/wire/names.ts';
import { afterThisTest } from './cleanup.ts';
import { configOf } from './config.ts';
import { connectRaw, type RawResponse } from './raw-client.ts';
import { rowAt } from './rows.ts';

export const PSEUDONYM = 'understudy-test';

export interface EdgeOptions {
  readonly client?: Partial<ClientLimits>;
  readonly tls?: ListenTls;
  /** A Unix socket to listen on, in place of a port. */
  readonly socketPath?: string;
  /** The address to listen on; 127.0.0.1 unless given. */
  readonly host?: string;
  /** Random unless given. */
  readonly ticketSecret?: Uint8Array;
  readonly timeouts?: Partial<TargetTimeouts>;
  readonly target?: Partial<Target>;
  readonly routes?: readonly Partial<Route>[];
  /** Without it nothing is copied. */
  readonly mirror?: Partial<MirrorConfig>;
  /** The shadow serves users, by the options of this rollout, as YAML. Stopped until a weight is set. */
  readonly rollout?: {
    readonly to: { readonly port: number };
    readonly options?: string;
    readonly candidate?: Partial<Target>;
  };
  /** Experiments, as YAML. */
  readonly experiments?: string;
  readonly clock?: Clock;
  readonly names?: Names;
}

export interface RunningEdge {
  readonly port: number;
  readonly edge: Edge;
  readonly context: EdgeContext;
  /** Where the copies are written. */
  readonly tape: SharedArrayBuffer;
  readonly refusals: RefusalCounts;
  /** What it had to tell so far. */
  readonly notices: readonly Notice[];
  /** What it told of experiments so far. */
  readonly activity: readonly ExperimentActivity[];
  readonly weights: ServingWeights;
  /** What users got. */
  readonly arms: ArmLedger;
  readonly buckets: BucketLedger;
  /** What was counted for a route, by its index. */
  counts(route?: number): RouteCounts;
  /** Endings counted so far, over all routes. */
  endings(): Record<string, number>;
  close(): void;
}

export async function startEdge(primary: { readonly port: number }, options: EdgeOptions = {}): Promise<RunningEdge> {
  const thread = edgeThread(edgeConfig(primary.port, options), options);
  const edge = new Edge(thread.context, options.ticketSecret ?? randomBytes(32));
  const port = await edge.listen(thread.context.settings.config.listen, 'exclusive');
  afterThisTest(() => edge.close());
  return { port, edge, ...thread, close: () => edge.close() };
}

/** What an edge thread has besides its listener. `Context`: the class of its context, where a test has its own. */
export function edgeThread(
  config: Config,
  { clock = systemClock, names = systemNames }: Pick<EdgeOptions, 'clock' | 'names'> = {},
  Context = EdgeContext,
) {
  const routeNames = new RouteNames(new RouteLog(RouteLog.allocate()));
  const ledger = new Ledger(Ledger.allocate());
  const tape = Tape.allocate(config.mirror.tape);
  const deadlines = new Deadlines(clock);
  const refusals = new RefusalCounts(RefusalCounts.allocate());
  const weights = new ServingWeights(ServingWeights.allocate());
  const arms = new ArmLedger(ArmLedger.allocate());
  const buckets = new BucketLedger(BucketLedger.allocate());
  const notices: Notice[] = [];
  const activity: ExperimentActivity[] = [];
  const context = new Context({
    config,
    routeRows: routeNames.configured(config.routes.map(({ name }) => name))!,
    routeNames,
    tape: new CopyTape(tape, new InFlightAccount(InFlightAccount.allocate())),
    ledger,
    received: new InFlightAccount(InFlightAccount.allocate()),
    clock,
    deadlines,
    names,
    pseudonym: PSEUDONYM,
    marker: 'marker',
    rateLimit: new RateLimit(RateLimit.allocate(), () => clock.monotonic()),
    mirror: config.mirror.enabled ? 'on' : 'off',
    refusals,
    userResults: new UserResults(arms, buckets),
    experimentLog: new ExperimentLog({
      clock,
      keyOf: userKeys(Buffer.from('key of the users')),
      tell: (told) => activity.push(told),
    }),
    weights,
    redaction: makeLogRedaction(config.redact),
    tell: (notice) => notices.push(notice),
  });
  afterThisTest(() => deadlines.stop());
  const counts = (route = 0) => new RouteCounts(ledger.route(rowAt(route)));
  const endings = () => {
    const sums: Record<string, number> = {};
    for (const route of config.routes.keys())
      for (const { ending, count } of counts(route).endings()) sums[ending] = (sums[ending] ?? 0) + count;
    return sums;
  };
  return { context, tape, refusals, weights, arms, buckets, notices, activity, counts, endings };
}

export function edgeConfig(
  port: number,
  {
    client,
    tls,
    socketPath,
    host = '127.0.0.1',
    timeouts,
    target,
    routes = [],
    mirror,
    rollout,
    experiments,
  }: EdgeOptions = {},
): Config {
  const shadowPort = rollout?.to.port ?? 1;
  const written = rollout && `\nrollout: ${rollout.options ?? '{}'}`;
  const defaults = configOf(
    `primary: http://127.0.0.1:${port}\nshadow: http://127.0.0.1:${shadowPort}${written ?? ''}${experiments === undefined ? '' : `\nexperiments: ${experiments}`}`,
  );
  const settings: MirrorConfig = {
    ...defaults.mirror,
    enabled: mirror !== undefined,
    tape: 1024 * 1024,
    salt: 'salt',
    methods: ['GET', 'HEAD', 'POST'],
    ...mirror,
  };
  const [service] = defaults.services;
  const [anyRoute] = defaults.routes.map((route): Route => ({ ...route, grouped: false, mirror: settings }));
  const patient = { connections: 64, timeouts: { ...PATIENT, ...timeouts }, ...target };
  const primary: Target = { ...service!.primary, ...patient };
  const candidate = service!.candidate && { ...service!.candidate, ...patient, ...rollout?.candidate };
  return {
    ...defaults,
    listen: { host, port: 0, ...(tls && { tls }), ...(socketPath && { socketPath }) },
    services: [
      {
        ...service!,
        primary,
        shadow: primary,
        ...(candidate && { candidate }),
        inFlight: settings.inFlight,
        buffer: settings.buffer,
      },
    ],
    client: {
      ...defaults.client,
      headTimeout: 20_000,
      bodyTimeout: 20_000,
      requestTimeout: 60_000,
      idleTimeout: 20_000,
      upgradeTimeout: 20_000,
      connections: 1_000,
      ...client,
    },
    mirror: settings,
    routes: [...routes.map((route, index) => ({ ...anyRoute!, name: `route-${index}`, ...route })), anyRoute!],
  };
}

const PATIENT: TargetTimeouts = {
  connect: 5_000,
  firstByte: 20_000,
  idle: 20_000,
  keepAlive: 20_000,
  connectionAge: 60_000,
};

/** One request on a connection of its own, and its answer. */
export async function ask(edge: { readonly port: number }, bytes: string, to = 'GET'): Promise<RawResponse> {
  const client = await connectRaw(edge.port);
  void client.send(bytes);
  return client.response({ to });
}
