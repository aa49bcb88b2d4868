/**
 * The copies of one service: its shadow and control, what is under way to them, and what is held for it. Nothing is
 * shared with other services, so that a hanging shadow affects only its own service.
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
  /** The budget of all services together. */
  readonly budget: RepeatBudget;
}

export class ServiceMirror implements ExchangeOwner {
  readonly held: HeldBytes;
  portion: Portion;
  readonly #options: DestinationOptions;
  readonly #onLegEnd: (exchange: MirroredExchange) => void;
  readonly #shadow: Destination;
  #control: Destination | undefined;
  /** The primary, where requests may be repeated to it, or the shadow may serve. */
  #repeated: Destination | undefined;
  readonly #repeats: Repeats;
  #service: MirroredService;
  #versionFrom: VersionSource | undefined;
  #config: MirrorConfig;
  /** Exchanges with a leg that waits for its turn or is under way. */
  #inFlight = 0;
  /** Exchanges whose primary is not done. */
  #atPrimary = 0;
  /** Those of them that are older than a copy may get, the oldest first. They are given up when room is needed. */
  readonly #overdue = new Set<MirroredExchange>();

  /** `onLegEnd`: called when a leg has ended: its exchange may be complete. */
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

  /** A target by name; undefined where there is none. */
  destination(name: DestinationName): Destination | undefined {
    return { shadow: this.#shadow, control: this.#control, primary: this.#repeated }[name];
  }

  /** Which requests were repeated, and which were not, since the last call. */
  takeRepeats(): RepeatReading[] {
    return this.#repeats.take(this.#service.name);
  }

  /** The state of its targets, with the copies sent out of order since the last call. */
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

  /** No new exchanges will come. What is under way is finished. */
  retire(): void {
    this.#shadow.retire();
    this.#control?.retire();
    this.#repeated?.retire();
  }

  /** `rehearsal`: the number of the present one. */
  open(number: number, request: CopiedRequest, rehearsal: number): MirroredExchange {
    const counterpart = request.servedBy === 'primary' ? this.#shadow : this.#repeated;
    const control = request.copies.includes('control') ? this.#control : undefined;
    const exchange = new MirroredExchange(number, request, this, { counterpart, control, rehearsal });
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
    } else if (exchange.refused) {
      exchange.skip('breaker_open');
    } else if (this.#inFlight >= inFlight && !this.#giveUpOverdue()) {
      exchange.skip('in_flight_limit');
    } else {
      this.#inFlight++;
      if (this.#config.calibrate > 0) this.#calibrate(exchange);
      // A target can be expected to handle as many requests at once as the primary.
      const crowd = Math.max(inFlight / 2, this.#atPrimary);
      exchange.dispatch({ timeout: this.#config.timeout, maxBody: route.mirror.maxBody, crowd });
    }
  }

  /**
   * Repeats a request to primary and shadow, where that is allowed and there is room. `onEnd`: called when both have
   * ended.
   */
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

  /** Repeats a sample of the requests to the primary, where they are safe to repeat. */
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

/** The configured changes of copies don't apply to the primary. */
function asPrimary(config: MirrorConfig): MirrorConfig {
  return { ...config, headers: { set: {}, remove: [] } };
}

function versionSource({ name: service, shadow: { versionFrom } }: MirroredService): VersionSource | undefined {
  return versionFrom && { service, header: versionFrom.header };
}
