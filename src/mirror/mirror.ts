/**
 * Sends the copies. Frames from the edge become exchanges; a request that is complete goes to the shadow (and the
 * control) beside the primary's own answer; an exchange that is complete is settled: counted when the answers are the
 * same to the byte, handed to the compare thread when not.
 *
 * What it holds is bounded: copies under way by number, bodies by bytes, and each exchange by time.
 */
import type { Config, Route, Target } from '../config/types.ts';
import type { Clock } from '../lib/clock.ts';
import type { Custody } from '../metrics/custody.ts';
import type { Tell } from '../model/notice.ts';
import type { SkipReason } from '../model/outcome.ts';
import { COPY_FRAME, readEnd, readRequest, readResponse } from '../tape/copy-frames.ts';
import type { Deadlines } from '../wire/deadlines.ts';
import { Pool } from '../wire/pool.ts';
import { reachabilityNotice } from '../wire/reachability.ts';
import { Breaker } from './breaker.ts';
import { copyText } from './copy-request.ts';
import { ExchangeTable } from './exchange-table.ts';
import { Leg, type LegResult, type Unsent } from './leg.ts';
import { MirroredExchange } from './mirrored-exchange.ts';
import type { SettledCount } from './settled-counts.ts';
import { type PairTape, Settlement, type SettlementOptions } from './settlement.ts';

/** Longest that the answers of one exchange are held, in milliseconds: a primary that streams for hours is not compared. */
const LONGEST_HOLD = 120_000;

/** A place where copies go. */
interface Destination {
  readonly pool: Pool;
  readonly text: (text: string) => string;
}

interface Settings {
  readonly config: Config;
  readonly shadow: Destination;
  readonly control: Destination | undefined;
  /** By row in the ledgers. */
  readonly routes: ReadonlyMap<number, Route>;
}

export interface MirrorOptions extends SettlementOptions {
  /** The copies that this thread answers for. */
  readonly copies: Custody;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  readonly marker: string;
  readonly tell: Tell;
}

export class Mirror {
  readonly #options: MirrorOptions;
  readonly #exchanges = new ExchangeTable();
  readonly #breaker = new Breaker();
  readonly #settlement: Settlement;
  #settings: Settings;
  #inFlight = 0;
  #held = 0;
  #onIdle: (() => void) | undefined;

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#settings = this.#derive(options.config, options.routeRows);
    this.#settlement = new Settlement(options);
  }

  get breaker(): Breaker['state'] {
    return this.#breaker.state;
  }

  configure(config: Config, routeRows: readonly number[]): void {
    const { shadow, control } = this.#settings;
    this.#settings = this.#derive(config, routeRows);
    this.#settlement.configure(config, routeRows);
    shadow.pool.retire();
    control?.pool.retire();
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
      this.#open(number, new MirroredExchange(readRequest(bytes, start, end), (expired) => this.#drop(expired)));
      return;
    }
    const exchange = this.#exchanges.get(number);
    if (exchange === undefined) return;
    switch (kind) {
      case COPY_FRAME.requestBody:
        this.#hold(exchange, bytes, start, end, (chunk) => exchange.addRequestBody(chunk));
        break;
      case COPY_FRAME.requestEnd:
        exchange.endRequest(bytes.toString('latin1', start, end));
        this.#dispatch(number, exchange);
        break;
      case COPY_FRAME.response:
        exchange.setResponse(readResponse(bytes, start, end));
        break;
      case COPY_FRAME.responseBody:
        this.#hold(exchange, bytes, start, end, (chunk) => exchange.addResponseBody(chunk));
        break;
      case COPY_FRAME.responseTrailers:
        exchange.setResponseTrailers(bytes.toString('latin1', start, end));
        break;
      case COPY_FRAME.end:
        exchange.end = readEnd(bytes, start);
        this.#settleIfComplete(number, exchange);
        break;
      case COPY_FRAME.abandon:
        this.#forget(number, exchange);
        break;
    }
  }

  #derive(config: Config, routeRows: readonly number[]): Settings {
    const { clock, deadlines, marker, tell } = this.#options;
    const destination = (name: 'shadow' | 'control', target: Target): Destination => ({
      pool: new Pool(target, clock, deadlines, (reach) => tell(reachabilityNotice(name, target, reach))),
      text: copyText(target, config.mirror.headers, marker),
    });
    return {
      config,
      shadow: destination('shadow', config.shadow),
      control: config.control && destination('control', config.control),
      routes: new Map(config.routes.map((route, index) => [routeRows[index]!, route])),
    };
  }

  #open(number: number, exchange: MirroredExchange): void {
    this.#exchanges.add(number, exchange);
    exchange.deadline = this.#options.clock.monotonic() + LONGEST_HOLD;
    this.#options.deadlines.add(exchange);
    if (exchange.request.complete) this.#dispatch(number, exchange);
  }

  #hold(exchange: MirroredExchange, bytes: Buffer, start: number, end: number, add: (chunk: Buffer) => void): void {
    if (exchange.skipped !== undefined) return;
    if (this.#held + end - start > this.#settings.config.mirror.buffer) {
      this.#drop(exchange);
      return;
    }
    this.#held += end - start;
    add(Buffer.from(bytes.subarray(start, end)));
  }

  /** Too much, or too long, is held: this exchange will not be compared. */
  #drop(exchange: MirroredExchange): void {
    this.#skip(exchange, 'in_flight_limit');
  }

  #skip(exchange: MirroredExchange, reason: SkipReason): void {
    this.#held -= exchange.bytes;
    exchange.skip(reason);
  }

  /** The request is complete: sends the copies, or decides not to. */
  #dispatch(number: number, exchange: MirroredExchange): void {
    if (exchange.skipped !== undefined) return;
    const { shadow, control, config, routes } = this.#settings;
    const route = routes.get(exchange.request.route);
    if (route === undefined) {
      exchange.skip('route');
      return;
    }
    if (this.#inFlight >= config.mirror.inFlight) {
      this.#drop(exchange);
      return;
    }
    if (!this.#breaker.permits(this.#options.clock.monotonic())) {
      this.#skip(exchange, 'breaker_open');
      return;
    }
    this.#inFlight++;
    const limits = { timeout: config.mirror.timeout, maxBody: route.mirror.maxBody };
    const sendShadow = (): void => {
      new Leg(shadow.pool, exchange.legRequest(shadow.text(exchange.request.text)), limits, (result) => {
        this.#inFlight--;
        this.#report(result);
        if ('unsent' in result) this.#skip(exchange, result.unsent);
        else exchange.shadow = result;
        this.#settleIfComplete(number, exchange);
      });
    };
    if (control === undefined) {
      sendShadow();
      return;
    }
    exchange.control = undefined;
    const sendControl = (): void => {
      new Leg(control.pool, exchange.legRequest(control.text(exchange.request.text)), limits, (result) => {
        if ('unsent' in result) this.#skip(exchange, result.unsent);
        else exchange.control = result;
        this.#settleIfComplete(number, exchange);
      });
    };
    // In random order, so that neither has the warmer cache.
    const legs = [sendShadow, sendControl];
    if (Math.random() < 0.5) legs.reverse();
    for (const send of legs) send();
  }

  #report(result: LegResult | Unsent): void {
    if ('unsent' in result) {
      this.#breaker.onUnsent(this.#options.clock.monotonic());
      return;
    }
    const before = this.#breaker.state;
    if ('answer' in result) this.#breaker.onSuccess();
    else this.#breaker.onFailure(this.#options.clock.monotonic());
    // From open to half open and back again it is as it was.
    if (before === 'closed' && this.#breaker.state === 'open') this.#tellOpen(result);
    if (before !== 'closed' && this.#breaker.state === 'closed') this.#tellClosed();
  }

  #tellOpen(result: LegResult): void {
    if ('answer' in result) return;
    const { url } = this.#settings.config.shadow;
    this.#options.tell({
      level: 'warn',
      message: 'the shadow has failed too often in a row: copies are skipped (breaker_open), but for one now and then',
      facts: { url, failure: result.failure, error: result.detail },
    });
  }

  #tellClosed(): void {
    const { url } = this.#settings.config.shadow;
    this.#options.tell({ level: 'info', message: 'the shadow answers again: copies are sent', facts: { url } });
  }

  #settleIfComplete(number: number, exchange: MirroredExchange): void {
    if (!exchange.complete || this.#exchanges.get(number) !== exchange) return;
    this.#settlement.settle(exchange);
    this.#options.copies.finish(exchange.end!.row);
    this.#forget(number, exchange);
  }

  #forget(number: number, exchange: MirroredExchange): void {
    this.#held -= exchange.bytes;
    this.#options.deadlines.delete(exchange);
    this.#exchanges.delete(number);
    if (this.#exchanges.size === 0) this.#onIdle?.();
  }
}
