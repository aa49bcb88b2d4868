/** Time is passed in, so that tests decide it. */
export interface Clock {
  /** Milliseconds since 1970; may jump. For records. */
  wall(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations and deadlines. */
  monotonic(): number;
}

/** Milliseconds from a start that all threads of the process have in common; never goes back. */
export function sharedClock(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1000 + nanoseconds / 1e6;
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};
