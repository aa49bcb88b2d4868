/**
 * Sends the copies. Frames from the edge become exchanges; a complete request goes to the shadow (and the control),
 * while the primary's response is still arriving. A complete exchange is settled: it is counted when the responses are
 * equal byte for byte, and handed to the compare thread otherwise.
 *
 * Everything it holds is bounded for each service: the number of copies that wait or are under way, the bytes that are
 * kept, and the time of each exchange.
 */
import type { Config, Route } from '../config/types.ts';
import type { Portion } from '../model/portion.ts';
import type { RehearsalTable } from '../model/rehearsal.ts';
import type { RepeatRequest } from '../model/repeat.ts';
import type { RouteRow } from '../model/route.ts';
import { COPY_FRAME, readEnd, readRequest, readResponse, readTrailers } from '../tape/copy-frames.ts';
import type { DestinationOptions } from './destination.ts';
import { MirroredExchange } from './mirrored-exchange.ts';
import { NOBODY } from './nobody.ts';
import { NumberedTable } from './numbered-table.ts';
import { RepeatBudget, type RepeatLimits } from './repeat-budget.ts';
import { type MirroredService, ServiceMirror } from './service-mirror.ts';
import type { SettledCount } from './settled-counts.ts';
import { type PairTape, Settlement, type SettlementOptions } from './settlement.ts';
import { ShadowVersions, type ShadowVersionsOptions } from './shadow-versions.ts';

export interface MirrorOptions extends SettlementOptions, DestinationOptions {
  readonly rehearsals: ShadowVersionsOptions;
}

/** A configured route, and the mirror of its service; none where the service no longer has a shadow. */
interface Placed {
  readonly route: Route;
  readonly mirror: ServiceMirror | undefined;
}

export class Mirror {
  readonly #options: MirrorOptions;
  readonly #exchanges = new NumberedTable<MirroredExchange>();
  readonly #settlement: Settlement;
  readonly #services = new Map<string, ServiceMirror>();
  readonly #versions: ShadowVersions;
  readonly #budget: RepeatBudget;
  /** Complete exchanges whose rehearsal is still unknown: main was asked for it. */
  readonly #unnamed = new Set<MirroredExchange>();
  /** By row in the ledgers. */
  #routes!: ReadonlyMap<RouteRow, Placed>;
  #onIdle: (() => void) | undefined;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#settlement = new Settlement(options);
    this.#versions = new ShadowVersions(options.rehearsals);
    this.#budget = new RepeatBudget(repeatLimits(options.config), options.clock);
    this.#place(options.config, options.routeRows);
  }

  /** The mirrored services, by name. */
  get services(): ReadonlyMap<string, ServiceMirror> {
    return this.#services;
  }

  configure(config: Config, routeRows: readonly RouteRow[]): void {
    this.#settlement.configure(config, routeRows);
    this.#place(config, routeRows);
  }

  #place(config: Config, rows: readonly RouteRow[]): void {
    const { services, routes, mirror } = config;
    this.#budget.limits = repeatLimits(config);
    const mirrored = services.filter((service): service is MirroredService => service.shadow !== undefined);
    for (const [place, service] of mirrored.entries()) {
      const portion = { place, of: mirrored.length };
      const known = this.#services.get(service.name);
      if (known !== undefined) known.configure(service, portion, mirror);
      else this.#services.set(service.name, this.#newService(service, portion, mirror));
    }
    const names = new Set(mirrored.map(({ name }) => name));
    for (const [name, known] of this.#services) {
      if (names.has(name)) continue;
      this.#services.delete(name);
      known.retire();
    }
    this.#routes = new Map(
      routes.map((route, index) => [rows[index]!, { route, mirror: this.#services.get(route.service) }]),
    );
  }

  #newService(service: MirroredService, portion: Portion, config: Config['mirror']): ServiceMirror {
    const options = { ...this.#options, budget: this.#budget };
    return new ServiceMirror(service, portion, config, options, (exchange) => this.#settleIfComplete(exchange));
  }

  /** A new compare thread reads from this tape. */
  replacePairs(pairs: PairTape): void {
    this.#settlement.replacePairs(pairs);
  }

  /** Repeats a request to primary and shadow, if that is allowed, and has the two responses compared. */
  repeat(request: RepeatRequest): void {
    this.#services.get(request.service)?.repeat(request, (exchange) => this.#settlement.repeated(exchange));
  }

  /** Complete exchanges without a rehearsal may get one from the new table. */
  setRehearsals(table: RehearsalTable): void {
    this.#versions.update(table);
    this.#settlement.setRehearsals(table);
    const unnamed = [...this.#unnamed];
    this.#unnamed.clear();
    for (const exchange of unnamed) this.#settleIfComplete(exchange);
  }

  /** Resolves when nothing is under way. */
  drained(): Promise<void> {
    if (this.#exchanges.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    return promise;
  }

  /** Exchanges that were settled without a comparison since the last call. */
  takeSettled(): SettledCount[] {
    return this.#settlement.takeSettled();
  }

  /** Takes a frame of the copy tape. The bytes are valid only during the call. */
  onFrame(kind: number, number: number, bytes: Buffer, start: number, end: number): void {
    if (kind === COPY_FRAME.request) {
      this.#open(number, bytes, start, end);
      return;
    }
    const exchange = this.#exchanges.get(number);
    if (exchange === undefined) return;
    switch (kind) {
      case COPY_FRAME.requestBody:
        exchange.addRequestBody(bytes.subarray(start, end));
        break;
      case COPY_FRAME.requestEnd:
        exchange.endRequest(readTrailers(bytes, start, end));
        this.#dispatch(exchange);
        break;
      case COPY_FRAME.response:
        exchange.setResponse(readResponse(bytes, start, end));
        break;
      case COPY_FRAME.responseBody:
        exchange.addResponseBody(bytes.subarray(start, end));
        break;
      case COPY_FRAME.responseTrailers:
        exchange.setResponseTrailers(readTrailers(bytes, start, end));
        break;
      case COPY_FRAME.end:
        exchange.owner.onPrimaryDone();
        exchange.setEnd(readEnd(bytes, start));
        this.#settleIfComplete(exchange);
        break;
      case COPY_FRAME.abandon:
        exchange.owner.onPrimaryDone();
        exchange.abandon();
        this.#forget(exchange);
        break;
    }
  }

  /** For a route that is unknown (removed, or not here yet) nothing is copied, but the request is counted. */
  #open(number: number, bytes: Buffer, start: number, end: number): void {
    const request = readRequest(bytes, start, end);
    const { service } = this.#options.routeNames.info(request.route);
    const rehearsal = this.#versions.current(service);
    const mirror = this.#routes.get(request.route)?.mirror;
    const exchange =
      mirror === undefined
        ? new MirroredExchange(number, request, NOBODY, { rehearsal })
        : mirror.open(number, request, rehearsal);
    this.#exchanges.add(number, exchange);
    this.#options.deadlines.add(exchange);
    if (exchange.request.complete) this.#dispatch(exchange);
  }

  #dispatch(exchange: MirroredExchange): void {
    exchange.owner.dispatch(exchange, this.#routes.get(exchange.request.route)?.route);
  }

  #settleIfComplete(exchange: MirroredExchange): void {
    if (!exchange.complete || this.#exchanges.get(exchange.number) !== exchange) return;
    if (!this.#name(exchange)) return;
    this.#settlement.settle(exchange);
    exchange.close();
    this.#forget(exchange);
  }

  /** Determines the rehearsal of an exchange. False while main has not answered. */
  #name(exchange: MirroredExchange): boolean {
    const { owner, shadowHead, rehearsal } = exchange;
    const { versionFrom } = owner;
    if (versionFrom === undefined) return true;
    const named = this.#versions.rehearsalOf(versionFrom, shadowHead, rehearsal);
    if (named !== undefined) {
      exchange.rehearsal = named;
      return true;
    }
    this.#unnamed.add(exchange);
    // It is complete: giving it up would free no room sooner.
    owner.onForgotten(exchange);
    return false;
  }

  #forget(exchange: MirroredExchange): void {
    exchange.owner.onForgotten(exchange);
    this.#options.deadlines.delete(exchange);
    this.#exchanges.delete(exchange.number);
    if (this.#exchanges.size === 0) this.#onIdle?.();
  }
}

/** Each edge thread has a mirror of its own. */
function repeatLimits({ mirror: { repeats }, edges }: Config): RepeatLimits {
  return { rate: repeats.rate / edges, atOnce: repeats.atOnce };
}
