/** Time is passed in, so that tests decide it. */
export interface Clock {
  /** Milliseconds since 1970; may jump. For records. */
  wall(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations and deadlines. */
  monotonic(): number;
}

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};
