/**
 * The pauses of the copies of one edge thread (`mirror.pauseWhen`). They are decided on the thread itself, once a
 * second, so that nothing else has to be well for clients to be relieved. A request only reads a field.
 */
import type { Config } from '../config/types.ts';
import type { Clock } from '../lib/clock.ts';
import type { Pause, PauseCause } from '../model/pause.ts';
import { PauseGate, type PauseReading } from './pause-gate.ts';
import { SlowResponses } from './slow-responses.ts';

/** The pauses of one service. */
export class ServicePauses {
  readonly #lag: PauseGate;
  readonly slowness = new PauseGate();
  /** Undefined where there is no limit. */
  #responses: SlowResponses | undefined;

  /** `lag`: the gate that all services of the thread share. */
  constructor(lag: PauseGate) {
    this.#lag = lag;
  }

  get paused(): boolean {
    return this.#lag.paused || this.slowness.paused;
  }

  /** Whether the timings of responses that end now may be distorted. */
  get strained(): boolean {
    return this.#lag.strained || this.slowness.strained;
  }

  /** The primary responded. `firstByte`: milliseconds. */
  responded(firstByte: number): void {
    this.#responses?.add(firstByte);
  }

  /** The primary did not respond within `waited` milliseconds. How long it would have taken is unknown. */
  gaveNoResponse(waited: number): void {
    if (this.#responses !== undefined && waited > this.#responses.limit) this.#responses.add(waited);
  }

  /** `limit`: of the time to the first byte, in milliseconds. */
  configure(limit: Config['mirror']['pauseWhen']['primaryP99'], now: number): void {
    if (limit === (this.#responses?.limit ?? 'none')) return;
    this.#responses = limit === 'none' ? undefined : new SlowResponses(limit, now);
    this.slowness.reset();
  }

  /** Undefined where there was nothing new to read. */
  look(now: number): Pause['found'] | undefined {
    const reading = this.#responses?.take(now);
    if (reading === undefined) return undefined;
    const { says, from, responses, slow } = reading;
    this.slowness.read(says, from, now);
    return { limit: this.#responses!.limit, responses, slow };
  }
}

export class Pauses {
  readonly #clock: Clock;
  readonly #lag = new PauseGate();
  #lagLimit: Config['mirror']['pauseWhen']['eventLoopLag'] = 'none';
  readonly #services = new Map<string, ServicePauses>();
  #lookedAt: number;
  #now: readonly Pause[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lookedAt = clock.monotonic();
  }

  configure({ mirror: { pauseWhen }, services }: Config): void {
    const names = new Set(services.map(({ name }) => name));
    for (const name of this.#services.keys()) if (!names.has(name)) this.#services.delete(name);
    if (pauseWhen.eventLoopLag !== this.#lagLimit) this.#lag.reset();
    this.#lagLimit = pauseWhen.eventLoopLag;
    for (const name of names) this.of(name).configure(pauseWhen.primaryP99, this.#clock.monotonic());
  }

  of(service: string): ServicePauses {
    let pauses = this.#services.get(service);
    if (pauses === undefined) {
      pauses = new ServicePauses(this.#lag);
      this.#services.set(service, pauses);
    }
    return pauses;
  }

  /** The present pauses. */
  get now(): readonly Pause[] {
    return this.#now;
  }

  /**
   * Looks at what was measured since the last call. `lag`: how late the event loop was, in milliseconds.
   *
   * @returns whether a pause has begun or ended
   */
  look(lag: number): boolean {
    const [from, to] = [this.#lookedAt, this.#clock.monotonic()];
    this.#lookedAt = to;
    const limit = this.#lagLimit;
    if (limit !== 'none') this.#lag.read(lagReading(lag, limit), from, to);
    const before = this.#now;
    this.#now = [
      ...this.#pausesBy('event_loop_lag', this.#lag, limit === 'none' ? undefined : { limit, lag: toTenths(lag) }),
      ...[...this.#services].flatMap(([service, pauses]) => {
        const slow = pauses.look(to);
        return this.#pausesBy('primary_p99', pauses.slowness, slow, service);
      }),
    ];
    return before.length !== this.#now.length || this.#now.some((pause) => !before.includes(pause));
  }

  /** The mirror is switched off: nothing is left to be paused. */
  release(): void {
    this.#lag.reset();
    for (const { slowness } of this.#services.values()) slowness.reset();
    this.#now = [];
  }

  /** The pause behind this gate, which keeps what was known when it began; none where it is open. */
  #pausesBy(cause: PauseCause, gate: PauseGate, found: Pause['found'] = {}, service?: string): readonly Pause[] {
    if (!gate.paused) return [];
    const known = this.#now.find((pause) => pause.cause === cause && pause.service === service);
    return [known ?? { ...(service !== undefined && { service }), cause, since: this.#clock.wall(), found }];
  }
}

/** For the log. */
function toTenths(milliseconds: number): number {
  return Math.round(milliseconds * 10) / 10;
}

function lagReading(lag: number, limit: number): PauseReading {
  return lag > limit ? 'over' : lag > limit / 2 ? 'between' : 'calm';
}
