import { type Histogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { parentPort, workerData } from 'node:worker_threads';
import type { Gauges } from '../metrics/gauges.ts';
import type { FromAny, Numbered } from './messages.ts';

/** This thread's end of the conversation with main, with its messages typed both ways. */
export interface Port<Data, In, Out> {
  readonly data: Data;
  send(message: Out): void;
  receive(handle: (message: In) => void): void;
}

export function openPort<Data, In extends object, Out>(): Port<Data, In, Out> {
  const port = parentPort;
  if (port === null) throw new Error('this module is the entry of a worker thread');
  return {
    data: workerData as Data,
    send: (message) => port.postMessage(message),
    receive: (handle) =>
      port.on('message', (message: In & Numbered) => {
        handle(message);
        const { number } = message;
        if (number !== undefined) port.postMessage({ type: 'heeded', number } satisfies FromAny);
      }),
  };
}

/** Milliseconds between two readings. */
const GAUGE_INTERVAL = 1_000;

/** Readings of which the gauge shows the longest delay: a minute, so that no stall falls between two scrapes. */
const READINGS_SHOWN = 60;

/** Milliseconds between two looks at the event loop. */
const RESOLUTION = 20;

/**
 * Keeps the gauges up to date: how late the event loop is, and what `update` adds. It can ask for the milliseconds by
 * which the event loop was late, on average, for what came at any moment since the last update; to find that in the
 * histogram takes about half a millisecond.
 */
export function keepGauges(gauges: Gauges, update: (lag: () => number) => void = () => {}): void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  const latest = new Float64Array(READINGS_SHOWN);
  let readings = 0;
  const read = () => {
    latest[readings++ % READINGS_SHOWN] = lateness(delay.max);
    gauges.lag = Math.max(...latest);
    gauges.beat();
    update(() => lateness(lengthMet(delay)));
    delay.reset();
  };
  setInterval(() => afterNextTimers(read), GAUGE_INTERVAL).unref();
}

/**
 * Calls back when all timers have had a turn that are due now. The histogram's own may be among them, after a standstill
 * that ended with this timer, and a reset before it has fired forgets the delay. The loop runs timers after immediates.
 */
function afterNextTimers(callback: () => void): void {
  setImmediate(() => setImmediate(callback));
}

/**
 * How long a delay is that is met at a random moment, on average: long ones are met more often than short ones, by their
 * length, so it is E[d²] / E[d] (length-biased sampling; Cox, "Renewal Theory", 1962, chapter 5). Each by its number, one
 * that takes nearly all of the time would be lost among many that take none.
 */
function lengthMet({ count, mean, stddev }: Histogram): number {
  return count === 0 ? 0 : mean + stddev ** 2 / mean;
}

/** In milliseconds. The histogram, in nanoseconds, includes its own resolution in the delay. */
function lateness(delay: number): number {
  return Math.max(delay / 1e6 - RESOLUTION, 0);
}
