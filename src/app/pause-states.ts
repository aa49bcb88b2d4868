import type { Logger } from 'pino';
import type { PauseState } from '../admin/dependencies.ts';
import type { PauseReading } from '../metrics/readings.ts';
import type { Pause, PauseCause } from '../model/pause.ts';
import { DEFAULT_SERVICE } from '../model/service.ts';

const BEGINS: Record<PauseCause, string> = {
  event_loop_lag: 'mirroring is paused: an edge thread is late, and clients come first',
  primary_p99: 'mirroring is paused: the primary is slow, and clients come first',
};

/** The pauses of all edge threads together. */
export class PauseStates {
  readonly #log: Logger;
  readonly #isMirroring: () => boolean;
  /** The pauses of each lane's edge. */
  readonly #now = new Map<number, readonly Pause[]>();

  /** `isMirroring`: whether the kill switch lets copies be made. */
  constructor(log: Logger, isMirroring: () => boolean) {
    this.#log = log;
    this.#isMirroring = isMirroring;
  }

  /** Logs what has changed, but only the first edge thread that pauses, and the last one that goes on. */
  take(lane: number, pauses: readonly Pause[]): void {
    const before = this.now;
    this.#now.set(lane, pauses);
    const now = this.now;
    for (const { cause, service, found } of pauses.filter((pause) => !includes(before, pause)))
      this.#log.warn(
        { ...named(service), ...(cause === 'event_loop_lag' && { thread: `edge-${lane}` }), ...found },
        BEGINS[cause],
      );
    if (!this.#isMirroring()) return;
    for (const { cause, service, since } of before.filter((pause) => !includes(now, pause)))
      this.#log.info({ ...named(service), cause, pausedFor: Date.now() - since }, 'mirroring goes on');
  }

  /** One entry for each cause and service. */
  get now(): readonly PauseState[] {
    const all = [...this.#now.values()].flat();
    return [...Map.groupBy(all, ({ cause, service }) => `${cause} ${service}`).values()].map((pauses) => {
      const { cause, service } = pauses[0]!;
      const since = Math.min(...pauses.map((pause) => pause.since));
      return { ...(service !== undefined && { service }), cause, since, edges: pauses.length };
    });
  }

  isPaused(service: string): boolean {
    return this.now.some((pause) => pause.service === undefined || pause.service === service);
  }

  /** `services`: those whose requests are copied. */
  readings(services: readonly string[]): readonly PauseReading[] {
    const { now } = this;
    const edges = (cause: PauseCause, service?: string) =>
      now.find((pause) => pause.cause === cause && pause.service === service)?.edges ?? 0;
    return [
      { cause: 'event_loop_lag', edges: edges('event_loop_lag') },
      ...services.map(
        (service): PauseReading => ({ ...named(service), cause: 'primary_p99', edges: edges('primary_p99', service) }),
      ),
    ];
  }
}

function includes(pauses: readonly PauseState[], { cause, service }: Pick<Pause, 'cause' | 'service'>): boolean {
  return pauses.some((pause) => pause.cause === cause && pause.service === service);
}

function named(service: string | undefined): { readonly service?: string } {
  return service === undefined || service === DEFAULT_SERVICE ? {} : { service };
}
