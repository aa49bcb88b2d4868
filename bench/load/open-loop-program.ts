/**
 * An open-loop load generator: request n is due at n / rate, whether or not earlier ones have been answered, and its
 * latency runs from then. A proxy that stalls is therefore charged for every request that should have been sent
 * meanwhile (leaving those out is what Gil Tene named "coordinated omission"). A request that is due takes any idle
 * connection, or waits for the first that becomes idle; nothing is pipelined.
 *
 * libuv's timers fire on whole milliseconds, in which dozens of requests come due, and a load in bursts measures the
 * bursts. So a second thread sleeps for fractions of a millisecond and wakes this one; every answer that arrives is
 * an occasion to send what is due as well.
 */
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type AnswerHandlers, ClientConnection } from './client-connection.ts';
import { type OpenLoopResult, openLoopOrder } from './open-loop.ts';

const TICK_MS = 0.1;
/** How long answers are waited for after the last request was due. */
const PATIENCE_MS = 500;

if (isMainThread) {
  const result = await generate();
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
} else {
  tick(new Int32Array(workerData as SharedArrayBuffer));
}

/** Wakes the main thread at each tick, unless it has not yet taken the last one. */
function tick(pending: Int32Array): void {
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    Atomics.wait(never, 0, 0, TICK_MS);
    if (Atomics.exchange(pending, 0, 1) === 0) parentPort!.postMessage(0);
  }
}

async function generate(): Promise<OpenLoopResult> {
  const order = openLoopOrder.parse(JSON.parse(process.argv[2]!));
  const request = Buffer.from(`GET ${order.path} HTTP/1.1\r\nHost: 127.0.0.1:${order.port}\r\n\r\n`);
  const total = Math.floor(order.rate * order.seconds);
  const firstMeasured = Math.floor(order.rate * order.warmUp);
  /** Milliseconds from due to answered; NaN where there was no answer. */
  const latencies = new Float64Array(total).fill(Number.NaN);
  /** Milliseconds from due to written, where a connection was free all that time. */
  const lateness: number[] = [];
  const idle: ClientConnection[] = [];
  const finished = Promise.withResolvers<void>();
  let start = 0;
  const dueAt = (index: number): number => start + (index / order.rate) * 1_000;
  let due = 0;
  let answered = 0;
  let failures = 0;
  let starved = false;

  const sendWhatIsDue = (): void => {
    const now = performance.now();
    while (due < total && dueAt(due) <= now) {
      const connection = idle.pop();
      if (connection === undefined) {
        starved = true;
        return;
      }
      if (!starved && due >= firstMeasured) lateness.push(now - dueAt(due));
      connection.send(request, due);
      due += 1;
    }
    starved = false;
    if (answered === total || now > dueAt(total) + PATIENCE_MS) finished.resolve();
  };

  const handlers: AnswerHandlers = {
    ended: (connection, result) => {
      latencies[connection.request] = performance.now() - dueAt(connection.request);
      answered += 1;
      if (result === 'failed') failures += 1;
      idle.push(connection);
    },
    closed: (connection) => {
      const index = idle.indexOf(connection);
      if (index !== -1) idle.splice(index, 1);
      ClientConnection.open(order.port, handlers).then((fresh) => idle.push(fresh), finished.reject);
    },
    read: sendWhatIsDue,
  };

  const connections = Array.from({ length: order.connections }, () => ClientConnection.open(order.port, handlers));
  idle.push(...(await Promise.all(connections)));

  const pending = new Int32Array(new SharedArrayBuffer(4));
  const ticker = new Worker(new URL(import.meta.url), { workerData: pending.buffer });
  await new Promise((resolve) => ticker.once('message', resolve));
  start = performance.now();
  ticker.on('message', () => {
    Atomics.store(pending, 0, 0);
    sendWhatIsDue();
  });
  Atomics.store(pending, 0, 0);
  // Starved of connections, nothing above notices the end of the run.
  setTimeout(finished.resolve, order.seconds * 1_000 + PATIENCE_MS);
  await finished.promise;

  const end = performance.now();
  const waited = latencies
    .map((latency, index) => (Number.isNaN(latency) ? end - dueAt(index) : latency))
    .subarray(firstMeasured)
    .sort();
  return {
    requests: total - firstMeasured,
    answered,
    unanswered: latencies.subarray(firstMeasured).filter(Number.isNaN).length,
    failures,
    p50: quantile(waited, 0.5),
    p99: quantile(waited, 0.99),
    p999: quantile(waited, 0.999),
    lateness: quantile(Float64Array.from(lateness).sort(), 0.99),
  };
}

/** Nearest-rank quantile of sorted milliseconds, in microseconds. */
function quantile(sorted: Float64Array, share: number): number {
  return Math.round((sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0) * 1_000);
}
