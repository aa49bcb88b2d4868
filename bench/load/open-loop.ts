import { z } from 'zod';
import { capture, launch, type Started } from '../harness/processes.ts';

/**
 * Times in microseconds, each from the moment the request was due. `unanswered` requests were due but had no answer
 * when the run ended; they count with the time they had waited. `lateness` is how long after it was due the 99th
 * percentile of requests was written although a connection was free: the load generator's own error.
 */
export type OpenLoopResult = z.infer<typeof openLoopResult>;

export const openLoopResult = z.object({
  requests: z.number(),
  /** Of all requests, those of the warm-up too. */
  answered: z.number(),
  unanswered: z.number(),
  failures: z.number(),
  p50: z.number(),
  p99: z.number(),
  p999: z.number(),
  lateness: z.number(),
});

/** What the load generator is told, as JSON in its only argument. */
export const openLoopOrder = z.object({
  port: z.number(),
  path: z.string(),
  connections: z.number(),
  /** Requests per second. */
  rate: z.number(),
  seconds: z.number(),
  /** Seconds at the start that are not measured. */
  warmUp: z.number(),
});

const PROGRAM = new URL('open-loop-program.ts', import.meta.url).pathname;

/** A fixed number of requests a second over 64 connections, however slowly they are answered. */
export async function loadAtRate(port: number, rate: number, seconds: number, path = '/'): Promise<OpenLoopResult> {
  const output = await capture(process.execPath, orderOf(port, rate, seconds, path), (seconds + 15) * 1_000);
  return openLoopResult.parse(JSON.parse(output));
}

/** The same until it is stopped, for measuring something else: its result is lost. */
export function launchLoad(port: number, rate: number, log: string, path = '/'): Started {
  return launch({ command: process.execPath, args: orderOf(port, rate, ENDLESS, path), log });
}

/** Seconds. */
const ENDLESS = 3_600;

function orderOf(port: number, rate: number, seconds: number, path: string): readonly string[] {
  const order: z.infer<typeof openLoopOrder> = { port, path, connections: 64, rate, seconds, warmUp: 1 };
  return [PROGRAM, JSON.stringify(order)];
}
