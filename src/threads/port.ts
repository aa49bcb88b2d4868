import { monitorEventLoopDelay } from 'node:perf_hooks';
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

/** Keeps the gauges up to date: how late the event loop is, and what `update` adds. */
export function keepGauges(gauges: Gauges, update: () => void = () => {}): void {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  setInterval(() => {
    // The histogram includes its own resolution in the delay.
    gauges.lag = Math.max(delay.max / 1e6 - 20, 0);
    delay.reset();
    update();
  }, GAUGE_INTERVAL).unref();
}
