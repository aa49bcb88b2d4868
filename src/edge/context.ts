import { randomBytes } from 'node:crypto';
import type { Target } from '../config/target-types.ts';
import type { Config } from '../config/types.ts';
import type { LogRedaction } from '../findings/log-redaction.ts';
import { Grouper } from '../grouping/grouper.ts';
import type { RouteNames } from '../grouping/route-names.ts';
import type { Clock } from '../lib/clock.ts';
import type { InFlightAccount } from '../metrics/in-flight-account.ts';
import type { Ledger } from '../metrics/ledger.ts';
import type { RefusalCounts } from '../metrics/refusals.ts';
import { type Notice, ofService, type Tell } from '../model/notice.ts';
import { FIRST_SEATS, type Seats } from '../model/rollout.ts';
import type { RouteRow } from '../model/route.ts';
import { AddressBook } from '../wire/addresses.ts';
import type { Deadlines } from '../wire/deadlines.ts';
import type { HeadLimits } from '../wire/message.ts';
import type { Names } from '../wire/names.ts';
import { Pool } from '../wire/pool.ts';
import { reachabilityNotice } from '../wire/reachability.ts';
import { changesAnything, changesOf, rewriteHead } from '../wire/rewriting.ts';
import type { Failure } from '../wire/target-stream.ts';
import type { AccessLog } from './access-log.ts';
import type { CopyTape } from './copy.ts';
import type { ExperimentLog } from './experiment-log.ts';
import type { RouteGoal } from './goals.ts';
import type { LocalReply } from './local-replies.ts';
import { Notices } from './notices.ts';
import { Pauses } from './pauses.ts';
import type { MirrorState, PlanSettings } from './plan.ts';
import type { RateLimit } from './rate-limit.ts';
import { Refusals } from './refusals.ts';
import type { ReceivedHead } from './request-head.ts';
import { Router } from './routing.ts';
import { servicesOf, type UpstreamOf } from './services.ts';
import type { ServingWeights } from './serving-weights.ts';
import { TrustedProxies } from './trusted-proxies.ts';
import type { UserResults } from './user-results.ts';

/** Everything that follows from one generation of the configuration. An exchange keeps the generation it began with. */
export interface Settings extends PlanSettings {
  readonly config: Config;
  /** The pools of the targets that serve clients. */
  readonly pools: readonly ServingPool[];
  readonly grouper: Grouper;
  /** The goals that responses of each route reach, by its index; undefined where there are none. */
  readonly goals: readonly (readonly RouteGoal[] | undefined)[];
}

/** One generation of the configuration, with what only main knows of it. */
export interface Configured {
  readonly config: Config;
  /** The row in the ledgers, by the index of a route. */
  readonly routeRows: readonly RouteRow[];
  /** Absent: as at the start. */
  readonly seats?: Seats;
}

/** The connections to a target that serves clients. */
interface ServingPool {
  readonly service: string;
  /** What it is to the service: primary, shadow, or the target of an arm. */
  readonly role: string;
  readonly pool: Pool;
}

/** A request that its target did not answer. */
export interface FailedRequest {
  /** Which target it was, in words. */
  readonly server: string;
  readonly head: Pick<ReceivedHead, 'method' | 'writtenTarget'>;
  readonly service: string;
  readonly route: string;
  readonly requestId: string;
}

/** What the exchanges of one edge thread share. */
export class EdgeContext {
  readonly routeNames: RouteNames;
  readonly ledger: Ledger;
  /** Requests that this thread has received and that have not ended yet. */
  readonly received: InFlightAccount;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly addresses: AddressBook;
  /** Our name in Via. It differs for every process, so that only a request that passed here before names it. */
  readonly pseudonym: string;
  /** The rate limit for the copies of all edge threads. */
  readonly rateLimit: RateLimit;
  readonly refusals: Refusals;
  /** What users get while their service is rolled out. */
  readonly userResults: UserResults;
  /** What is seen of experiments. */
  readonly experimentLog: ExperimentLog;
  readonly pauses: Pauses;
  /** Redacts text from clients before it is logged. */
  readonly redaction: LogRedaction;
  readonly #tell: Tell;
  readonly #notices: Notices;
  readonly #marker: string;
  readonly #weights: ServingWeights;
  /**
   * `last_response`: every response closes its connection, so that the client opens a new one, possibly to another
   * replica.
   */
  connections: 'kept' | 'last_response' = 'kept';
  accessLog: AccessLog | undefined;
  #settings: Settings;
  #tape: CopyTape;
  #exchanges = 0;
  #connections = 0;
  readonly #idPrefix = randomBytes(8).toString('hex');

  constructor(options: {
    config: Config;
    routeRows: readonly RouteRow[];
    seats?: Seats;
    routeNames: RouteNames;
    tape: CopyTape;
    ledger: Ledger;
    received: InFlightAccount;
    clock: Clock;
    deadlines: Deadlines;
    names: Names;
    pseudonym: string;
    marker: string;
    rateLimit: RateLimit;
    mirror: MirrorState;
    refusals: RefusalCounts;
    userResults: UserResults;
    experimentLog: ExperimentLog;
    weights: ServingWeights;
    redaction: LogRedaction;
    tell: Tell;
  }) {
    this.routeNames = options.routeNames;
    this.ledger = options.ledger;
    this.received = options.received;
    this.clock = options.clock;
    this.deadlines = options.deadlines;
    this.addresses = new AddressBook(options.clock, options.deadlines, options.names);
    this.pseudonym = options.pseudonym;
    this.#marker = options.marker;
    this.#weights = options.weights;
    this.userResults = options.userResults;
    this.experimentLog = options.experimentLog;
    this.rateLimit = options.rateLimit;
    this.redaction = options.redaction;
    this.#tell = options.tell;
    this.#notices = new Notices(options.tell, options.clock);
    this.refusals = new Refusals(options.refusals, this.#notices);
    this.pauses = new Pauses(options.clock);
    this.#settings = this.#derive(options, options.mirror);
    this.#tape = options.tape;
  }

  get settings(): Settings {
    return this.#settings;
  }

  get tape(): CopyTape {
    return this.#tape;
  }

  get headLimits(): HeadLimits {
    return this.#settings.config.client;
  }

  /** New exchanges use this configuration; those under way keep theirs. */
  configure(to: Configured): void {
    const before = this.#settings.pools;
    this.#settings = this.#derive(to, this.mirroring, before);
    const kept = new Set(this.#settings.pools.map(({ pool }) => pool));
    for (const { pool } of before) if (!kept.has(pool)) pool.retire();
  }

  /** Closes the connections to targets as soon as they are unused. */
  retire(): void {
    for (const { pool } of this.#settings.pools) pool.retire();
  }

  get mirroring(): MirrorState {
    return this.#settings.mirroring;
  }

  /** Applies to new exchanges. */
  set mirroring(state: MirrorState) {
    this.#settings = { ...this.#settings, mirroring: state };
    if (state === 'off') this.pauses.release();
  }

  /** Switches to the tape of a new mirror thread. Copies under way on the old tape are lost. */
  replaceTape(tape: CopyTape): void {
    this.#tape.abandon();
    this.#tape = tape;
  }

  /** A number for the frames of an exchange; unique among those under way. */
  nextExchange(): number {
    this.#exchanges = (this.#exchanges + 1) >>> 0;
    return this.#exchanges;
  }

  /** A number for a client's connection, from 1 to 2^31 - 1. */
  nextConnection(): number {
    this.#connections = this.#connections === 0x7fffffff ? 1 : this.#connections + 1;
    return this.#connections;
  }

  /** Unique without a system call: a random prefix for the thread, then a count. */
  requestId(exchange: number): string {
    return `${this.#idPrefix}-${exchange.toString(16).padStart(8, '0')}`;
  }

  /** Whether a proxy at this address is trusted to name its client. */
  isTrusted(address: string): boolean {
    return this.#settings.proxies.has(address);
  }

  /** Counts a local reply to something that never became an exchange. */
  refuse(reply: LocalReply, client: string): void {
    this.refusals.request(reply, client);
    const { config, routeRows } = this.#settings;
    const row = routeRows[config.routes.length - 1]!;
    this.received.give(row);
    const done = { account: this.received, owed: row, request: { method: 'other', code: reply.status } };
    this.ledger.settle(row, 'skipped:refused', done);
  }

  /** The target was reached, but gave no whole response. */
  noteFailure({ kind, detail }: Pick<Failure, 'kind' | 'detail'>, request: FailedRequest): void {
    if (kind === 'unreachable') return;
    const { server, head, service, route, requestId } = request;
    const [path = ''] = this.redaction.target(head.writtenTarget).split('?', 1);
    const error = this.redaction.text(detail);
    const facts = { failure: kind, error, method: head.method, path, route, requestId };
    this.#tellEvent(service, `${server} ${kind}: ${error}`, {
      level: 'warn',
      message: `the ${server} gave no complete response`,
      facts,
    });
  }

  /** Another target could not take a request, and production serves it. */
  noteFallback(service: string, server: string, error: string, requestId: string): void {
    this.#tellEvent(service, `${server} fallback: ${error}`, {
      level: 'warn',
      message: `the ${server} could not take a request: the primary serves it`,
      facts: { error: this.redaction.text(error), requestId },
    });
  }

  /** A request waited in vain for a connection to the primary. The cause is our limit, not the primary. */
  noteConnectionLimit(service: string, { connections, connectionsBy }: Target, requestId: string): void {
    const limit = connectionsBy === 'descriptors' ? 'RLIMIT_NOFILE' : 'primary.connections';
    this.#tellEvent(service, 'connection_limit', {
      level: 'warn',
      message: `a request got a 503: as many connections to the primary are busy as ${limit} allows`,
      facts: { connections, requestId },
    });
  }

  /** Notices are limited per service, so that one service's notices don't suppress another's. */
  #tellEvent(service: string, kind: string, notice: Notice): void {
    ofService(service, (told) => this.#notices.event(`${service} ${kind}`, told))(notice);
  }

  #derive(
    { config, routeRows, seats = FIRST_SEATS }: Configured,
    mirroring: MirrorState,
    before: readonly ServingPool[] = [],
  ): Settings {
    const { routes } = config;
    this.pauses.configure(config);
    const pools: ServingPool[] = [];
    const upstreamOf: UpstreamOf = (service, role, target) => {
      const known = before.find((each) => each.service === service && each.role === role)?.pool;
      const pool = known?.isTo(target) ? known : this.#newPool(service, role, target);
      pools.push({ service, role, pool });
      const changes = changesOf(target);
      return { pool, rewrite: changesAnything(changes) ? (head) => rewriteHead(head, changes) : undefined };
    };
    return {
      config,
      pools,
      ...servicesOf(config, seats, this.pauses, upstreamOf),
      router: new Router(routes),
      routes,
      mirroring,
      marker: this.#marker,
      salt: config.mirror.salt,
      random: Math.random,
      routeRows,
      grouper: new Grouper(this.routeNames, config, routeRows),
      proxies: new TrustedProxies(config.client.trustedProxies),
      weights: this.#weights,
      now: () => this.clock.wall(),
    };
  }

  #newPool(service: string, role: string, target: Target): Pool {
    const tell = ofService(service, this.#tell);
    return new Pool(target, this, (reach) => tell(reachabilityNotice(role, target, reach)));
  }
}
