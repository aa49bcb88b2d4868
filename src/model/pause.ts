/**
 * Why copies are paused. `event_loop_lag`: an edge thread is late (`mirror.pauseWhen.eventLoopLag`). `primary_p99`: the
 * primary of a service is slow (`mirror.pauseWhen.primaryP99`).
 */
export const PAUSE_CAUSES = ['event_loop_lag', 'primary_p99'] as const;

export type PauseCause = (typeof PAUSE_CAUSES)[number];

/** A pause on one edge thread. */
export interface Pause {
  /** Absent: of all services. */
  readonly service?: string;
  readonly cause: PauseCause;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** What was measured when it began, for the log. */
  readonly found: Readonly<Record<string, number>>;
}
