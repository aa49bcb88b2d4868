import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import type { PlannedRequest } from './plan.ts';

export interface LoadProgress {
  readonly sent: number;
  /** Requests without a response. */
  readonly failed: number;
}

export interface LoadOptions {
  /** Requests per second. */
  readonly rate: number;
  /** Ends the load early; requests in flight are then given up. */
  readonly signal: AbortSignal;
  /** Asked before each batch. Once it is true no more is sent, and requests in flight are waited for. */
  readonly isEnough: () => boolean;
  readonly progress: (progress: LoadProgress) => void;
}

const CONNECTIONS = 16;
/** Milliseconds between two batches of requests. */
const BEAT = 50;

/** Sends requests at an even rate over kept-alive connections. Resolves when all have a response or have failed. */
export async function playLoad(
  url: string,
  requests: readonly PlannedRequest[],
  { rate, signal, isEnough, progress }: LoadOptions,
): Promise<LoadProgress> {
  const pool = new Pool(url, { connections: CONNECTIONS });
  const started = performance.now();
  const underWay = new Set<Promise<void>>();
  const now = { sent: 0, failed: 0 };
  while (now.sent < requests.length && !signal.aborted && !isEnough()) {
    const due = ((performance.now() - started + BEAT) / 1000) * rate;
    for (; now.sent < Math.min(due, requests.length); now.sent++) {
      const request = send(pool, requests[now.sent]!)
        .catch(() => {
          if (!signal.aborted) now.failed++;
        })
        .finally(() => underWay.delete(request));
      underWay.add(request);
    }
    progress({ ...now });
    await pause(BEAT, undefined, { signal }).catch(() => {});
  }
  if (signal.aborted) await pool.destroy();
  await Promise.all(underWay);
  await pool.close().catch(() => {});
  return now;
}

async function send(pool: Pool, { method, path, headers }: PlannedRequest): Promise<void> {
  const { body } = await pool.request({ method, path, headers, ...(method === 'POST' && { body: '{"tickets":2}' }) });
  await body.dump();
}
