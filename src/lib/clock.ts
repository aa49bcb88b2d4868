import { uptime } from 'node:os';

/** Time is passed in, so that tests decide it. */
export interface Clock {
  /** Milliseconds since 1970; may jump. For records. */
  wall(): number;
  /** Milliseconds from an arbitrary start; never goes back. For durations and deadlines. */
  monotonic(): number;
}

/** Milliseconds from a start that all threads of the process share; never goes back. */
export function sharedClock(): number {
  return THREAD_START + performance.now();
}

/** When `performance.now` began to count in this thread. Read once, since each call of hrtime allocates an array. */
const [SECONDS, NANOSECONDS] = process.hrtime();
const THREAD_START = SECONDS * 1000 + NANOSECONDS / 1e6 - performance.now();

export const systemClock: Clock = {
  wall: () => Date.now(),
  monotonic: () => performance.now(),
};

/** Milliseconds since the machine was started, suspended or not. */
export function sinceBoot(): number {
  return uptime() * 1000;
}
