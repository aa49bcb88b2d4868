/**
 * The copies of one service: its shadow and control, what is under way to them, and what is held for that. Nothing of it is
 * shared with other services, so that one whose shadow hangs takes nothing from them.
 */
import type { ShadowTarget } from '../config/target-types.ts';
import type { MirrorConfig, Route, ServiceConfig } from '../config/types.ts';
import type { RepeatReading, TargetReading } from '../metrics/readings.ts';
import { ofService } from '../model/notice.ts';
import type { Portion } from '../model/portion.ts';
import type { RepeatRequest } from '../model/repeat.ts';
import type { CopiedRequest } from '../tape/copy-frames.ts';
import { isSafe } from '../wire/idempotence.ts';
import { Destination, type DestinationName, type DestinationOptions } from './destination.ts';
import { HeldBytes } from './held-bytes.ts';
import { type ExchangeOwner, MirroredExchange } from './mirrored-exchange.ts';
import type { RepeatBudget } from './repeat-budget.ts';
import { RepeatedExchange } from './repeated-exchange.ts';
import { Repeats } from './repeats.ts';
import type { VersionSource } from './shadow-versions.ts';

/** A service whose requests are copied. */
export interface MirroredService extends ServiceConfig {
  readonly shadow: ShadowTarget;
}

export interface ServiceMirrorOptions extends DestinationOptions {
  /** Of all services together. */
  readonly budget: RepeatBudget;
}

export class ServiceMirror implements ExchangeOwner {
  readonly held: HeldBytes;
  portion: Portion;
  readonly #options: DestinationOptions;
  readonly #onLegEnd: (exchange: MirroredExchange) => void;
  readonly #shadow: Destination;
  #control: Destination | undefined;
  /** The primary, where it may be asked once more. */
  #repeated: Destination | undefined;
  readonly #repeats: Repeats;
  #service: MirroredService;
  #versionFrom: VersionSource | undefined;
  #config: MirrorConfig;
  /** Exchanges with a leg that waits for its turn or is under way. */
  #inFlight = 0;
  /** Exchanges of which the primary is not done. */
  #atPrimary = 0;
  /** Those among them that are here for longer than a copy may take, the oldest first: they go where room is needed. */
  readonly #overdue = new Set<MirroredExchange>();

  /** `onLegEnd`: hears of each leg that has ended, so that its exchange may be complete. */
  constructor(
    service: MirroredService,
    portion: Portion,
    config: MirrorConfig,
    options: ServiceMirrorOptions,
    onLegEnd: (exchange: MirroredExchange) => void,
  ) {
    this.#options = { ...options, tell: ofService(service.name, options.tell) };
    this.#onLegEnd = onLegEnd;
    this.portion = portion;
    this.#service = service;
    this.#versionFrom = versionSource(service);
    this.#config = config;
    this.held = new HeldBytes(service.buffer, () => this.#giveUpOverdue());
    this.#shadow = new Destination('shadow', service.shadow, service, config, this.#options);
    this.#control = this.#controlOf(service);
    this.#repeated = this.#repeatedOf(service);
    this.#repeats = new Repeats(options.budget);
  }

  get versionFrom(): VersionSource | undefined {
    return this.#versionFrom;
  }

  /** What is told of a target: undefined where there is none. */
  destination(name: DestinationName): Destination | undefined {
    return { shadow: this.#shadow, control: this.#control, primary: this.#repeated }[name];
  }

  /** What was sent once more, and what was not, since the last time. */
  takeRepeats(): RepeatReading[] {
    return this.#repeats.take(this.#service.name);
  }

  /** How its targets are, and what became of the order of copies since the last time. */
  takeReadings(): TargetReading[] {
    return (['shadow', 'control'] as const).flatMap((target) => {
      const destination = this.destination(target);
      if (destination === undefined) return [];
      const { breaker, underWay: inFlight, order } = destination;
      return [{ service: this.#service.name, target, breaker, inFlight, outOfOrder: order.takeOutOfTurn() }];
    });
  }

  configure(service: MirroredService, portion: Portion, config: MirrorConfig): void {
    this.portion = portion;
    this.#service = service;
    this.#versionFrom = versionSource(service);
    this.#config = config;
    this.held.limit = service.buffer;
    this.#shadow.configure(service.shadow, service, config);
    if (service.control !== undefined && this.#control !== undefined) {
      this.#control.configure(service.control, service, config);
    } else {
      this.#control?.retire();
      this.#control = this.#controlOf(service);
    }
    if (service.repeated !== undefined && this.#repeated !== undefined) {
      this.#repeated.configure(service.repeated, service, asPrimary(config));
    } else {
      this.#repeated?.retire();
      this.#repeated = this.#repeatedOf(service);
    }
  }

  /** Nothing new comes. What is under way is finished. */
  retire(): void {
    this.#shadow.retire();
    this.#control?.retire();
    this.#repeated?.retire();
  }

  /** `rehearsal`: the number of the one that is present. */
  open(number: number, request: CopiedRequest, rehearsal: number): MirroredExchange {
    const shadow = this.#shadow;
    const control = request.copies.includes('control') ? this.#control : undefined;
    const exchange = new MirroredExchange(number, request, this, { shadow, control, rehearsal });
    this.#atPrimary++;
    const { timeout, maxDuration } = this.#config;
    exchange.deadline = this.#options.clock.monotonic() + Math.min(timeout, maxDuration);
    return exchange;
  }

  /** The request is complete: sends the copies, or decides not to. */
  dispatch(exchange: MirroredExchange, route: Route | undefined): void {
    if (exchange.skipped !== undefined) return;
    const { inFlight } = this.#service;
    if (route === undefined) {
      exchange.skip('route');
    } else if (this.#shadow.refuses()) {
      exchange.skip('breaker_open');
    } else if (this.#inFlight >= inFlight && !this.#giveUpOverdue()) {
      exchange.skip('in_flight_limit');
    } else {
      this.#inFlight++;
      if (this.#config.calibrate > 0) this.#calibrate(exchange);
      // What the primary has to do at once, a target can be asked to do as well.
      const crowd = Math.max(inFlight / 2, this.#atPrimary);
      exchange.dispatch({ timeout: this.#config.timeout, maxBody: route.mirror.maxBody, crowd });
    }
  }

  /** Sends a request to primary and shadow once more, where that is wanted and there is room. `onEnd`: of both. */
  repeat(request: RepeatRequest, onEnd: (exchange: RepeatedExchange) => void): void {
    const [primary, shadow] = [this.#repeated, this.#shadow];
    const { inFlight } = this.#service;
    if (!this.#config.confirm || primary === undefined || !isSafe(request.head.method)) return;
    if (shadow.refuses() || this.#inFlight >= inFlight || !this.#repeats.begin('confirm', primary)) return;
    this.#inFlight++;
    const receivedAt = this.#options.clock.wall();
    const exchange = new RepeatedExchange(request, { primary, shadow }, this.held, receivedAt, (ended) => {
      this.#inFlight--;
      this.#repeats.end();
      onEnd(ended);
    });
    exchange.dispatch({ timeout: this.#config.timeout, maxBody: this.#config.maxBody, crowd: inFlight });
  }

  onPrimaryDone(): void {
    this.#atPrimary--;
  }

  onForgotten(exchange: MirroredExchange): void {
    this.#overdue.delete(exchange);
  }

  onExpired(exchange: MirroredExchange): void {
    const { timeout, maxDuration } = this.#config;
    if (this.#overdue.has(exchange) || maxDuration <= timeout) {
      this.#overdue.delete(exchange);
      exchange.giveUp('primary_slow');
    } else {
      this.#overdue.add(exchange);
      exchange.deadline = this.#options.clock.monotonic() + maxDuration - timeout;
    }
  }

  onCalibrated(): void {
    this.#repeats.end();
  }

  onLanded(): void {
    this.#inFlight--;
  }

  onLegEnd(exchange: MirroredExchange): void {
    this.#onLegEnd(exchange);
  }

  #controlOf(service: MirroredService): Destination | undefined {
    return service.control && new Destination('control', service.control, service, this.#config, this.#options);
  }

  #repeatedOf({ repeated, ...service }: MirroredService): Destination | undefined {
    return repeated && new Destination('primary', repeated, service, asPrimary(this.#config), this.#options);
  }

  /** Asks the primary once more, where the request is one that may be repeated and the dice say so. */
  #calibrate(exchange: MirroredExchange): void {
    const primary = this.#control === undefined ? this.#repeated : undefined;
    if (primary === undefined || exchange.control !== 'none' || !isSafe(exchange.method)) return;
    if (Math.random() >= this.#config.calibrate || !this.#repeats.begin('calibrate', primary)) return;
    exchange.calibrate(primary);
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
}

/** What is changed in copies is not for the primary. */
function asPrimary(config: MirrorConfig): MirrorConfig {
  return { ...config, headers: { set: {}, remove: [] } };
}

function versionSource({ name: service, shadow: { versionFrom } }: MirroredService): VersionSource | undefined {
  return versionFrom && { service, header: versionFrom.header };
}
