/**
 * Sends the copies. Frames from the edge become exchanges; a request that is complete goes to the shadow (and the
 * control) beside the primary's own answer; an exchange that is complete is settled: counted when the answers are the
 * same to the byte, handed to the compare thread when not.
 *
 * What it holds is bounded: copies that wait or are under way by number, all that is kept by bytes, and each exchange
 * by time.
 */
import type { Config, Route } from '../config/types.ts';
import type { Custody } from '../metrics/custody.ts';
import { COPY_FRAME, readEnd, readRequest, readResponse, readTrailers } from '../tape/copy-frames.ts';
import { Destination, type DestinationName, type DestinationOptions } from './destination.ts';
import { HeldBytes } from './held-bytes.ts';
import { type ExchangeOwner, MirroredExchange } from './mirrored-exchange.ts';
import { NumberedTable } from './numbered-table.ts';
import type { SettledCount } from './settled-counts.ts';
import { type PairTape, Settlement, type SettlementOptions } from './settlement.ts';

export interface MirrorOptions extends SettlementOptions, DestinationOptions {
  /** The copies that this thread answers for. */
  readonly copies: Custody;
}

export class Mirror implements ExchangeOwner {
  readonly held: HeldBytes;
  readonly #options: MirrorOptions;
  readonly #exchanges = new NumberedTable<MirroredExchange>();
  readonly #settlement: Settlement;
  readonly #shadow: Destination;
  #control: Destination | undefined;
  #config: Config;
  /** By row in the ledgers. */
  #routes: ReadonlyMap<number, Route>;
  /** Exchanges with a leg that waits for its turn or is under way. */
  #inFlight = 0;
  /** Exchanges of which the primary is not done. */
  #atPrimary = 0;
  /** Those among them that are here for longer than a copy may take, the oldest first: they go where room is needed. */
  readonly #overdue = new Set<MirroredExchange>();
  #onIdle: (() => void) | undefined;

  constructor(options: MirrorOptions) {
    const { config, routeRows } = options;
    this.#options = options;
    this.#config = config;
    this.#routes = routesOf(config, routeRows);
    this.held = new HeldBytes(config.mirror.buffer, () => this.#giveUpOverdue());
    this.#settlement = new Settlement(options);
    this.#shadow = new Destination('shadow', config.shadow, config.mirror, options);
    this.#control = config.control && new Destination('control', config.control, config.mirror, options);
  }

  /** What its gauges show of a target: undefined where there is none. */
  destination(name: DestinationName): Destination | undefined {
    return name === 'shadow' ? this.#shadow : this.#control;
  }

  configure(config: Config, routeRows: readonly number[]): void {
    this.#config = config;
    this.#routes = routesOf(config, routeRows);
    this.held.limit = config.mirror.buffer;
    this.#settlement.configure(config, routeRows);
    this.#shadow.configure(config.shadow, config.mirror);
    if (config.control === undefined) {
      this.#control?.retire();
      this.#control = undefined;
    } else if (this.#control === undefined) {
      this.#control = new Destination('control', config.control, config.mirror, this.#options);
    } else {
      this.#control.configure(config.control, config.mirror);
    }
  }

  /** A new compare thread reads from this tape. */
  replacePairs(pairs: PairTape): void {
    this.#settlement.replacePairs(pairs);
  }

  /** Resolves when nothing is under way. */
  drained(): Promise<void> {
    if (this.#exchanges.size === 0) return Promise.resolve();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#onIdle = resolve;
    return promise;
  }

  /** What was settled without a comparison since the last time. */
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
        this.#atPrimary--;
        exchange.setEnd(readEnd(bytes, start));
        this.#settleIfComplete(exchange);
        break;
      case COPY_FRAME.abandon:
        this.#atPrimary--;
        exchange.abandon();
        this.#forget(exchange);
        break;
    }
  }

  onExpired(exchange: MirroredExchange): void {
    const { timeout, maxDuration } = this.#config.mirror;
    if (this.#overdue.has(exchange) || maxDuration <= timeout) {
      this.#overdue.delete(exchange);
      exchange.giveUp('primary_slow');
    } else {
      this.#overdue.add(exchange);
      exchange.deadline = this.#options.clock.monotonic() + maxDuration - timeout;
    }
  }

  onLanded(): void {
    this.#inFlight--;
  }

  onLegEnd(exchange: MirroredExchange): void {
    this.#settleIfComplete(exchange);
  }

  #open(number: number, bytes: Buffer, start: number, end: number): void {
    const destinations = { shadow: this.#shadow, control: this.#control };
    const exchange = new MirroredExchange(number, readRequest(bytes, start, end), this, destinations);
    this.#exchanges.add(number, exchange);
    this.#atPrimary++;
    const { timeout, maxDuration } = this.#config.mirror;
    exchange.deadline = this.#options.clock.monotonic() + Math.min(timeout, maxDuration);
    this.#options.deadlines.add(exchange);
    if (exchange.request.complete) this.#dispatch(exchange);
  }

  /** The request is complete: sends the copies, or decides not to. */
  #dispatch(exchange: MirroredExchange): void {
    if (exchange.skipped !== undefined) return;
    const { timeout, inFlight } = this.#config.mirror;
    const route = this.#routes.get(exchange.request.route);
    if (route === undefined) {
      exchange.skip('route');
    } else if (this.#shadow.refuses()) {
      exchange.skip('breaker_open');
    } else if (this.#inFlight >= inFlight && !this.#giveUpOverdue()) {
      exchange.skip('in_flight_limit');
    } else {
      this.#inFlight++;
      // What the primary has to do at once, a target can be asked to do as well.
      const crowd = Math.max(inFlight / 2, this.#atPrimary);
      exchange.dispatch({ timeout, maxBody: route.mirror.maxBody, crowd });
    }
  }

  /** Gives up an exchange that waits for a slow primary, so that others have room. False where there is none. */
  #giveUpOverdue(): boolean {
    for (const exchange of this.#overdue) {
      this.#overdue.delete(exchange);
      if (exchange.skipped !== undefined) continue;
      exchange.giveUp('primary_slow');
      return true;
    }
    return false;
  }

  #settleIfComplete(exchange: MirroredExchange): void {
    if (!exchange.complete || this.#exchanges.get(exchange.number) !== exchange) return;
    this.#settlement.settle(exchange);
    this.#options.copies.finish(exchange.end!.row);
    exchange.close();
    this.#forget(exchange);
  }

  #forget(exchange: MirroredExchange): void {
    this.#overdue.delete(exchange);
    this.#options.deadlines.delete(exchange);
    this.#exchanges.delete(exchange.number);
    if (this.#exchanges.size === 0) this.#onIdle?.();
  }
}

function routesOf(config: Config, rows: readonly number[]): ReadonlyMap<number, Route> {
  return new Map(config.routes.map((route, index) => [rows[index]!, route]));
}
