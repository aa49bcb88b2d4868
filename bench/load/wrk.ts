import { z } from 'zod';
import { LOAD_CORE } from '../harness/machine.ts';
import { capture } from '../harness/processes.ts';

/** Times in microseconds. `failures` are socket errors, timeouts and answers outside 2xx and 3xx. */
export type WrkResult = z.infer<typeof wrkResult>;

const wrkResult = z.object({
  requests: z.number(),
  duration: z.number(),
  p50: z.number(),
  p99: z.number(),
  failures: z.number(),
});

const REPORT = new URL('wrk-report.lua', import.meta.url).pathname;

/** What is asked for, and whether each request has a connection of its own. */
export interface Asked {
  readonly path: string;
  readonly connections: 'kept' | 'one per request';
}

export const DEFAULT_ASKED: Asked = { path: '/', connections: 'kept' };

/** As many requests as 64 connections carry, one after another on each. */
export async function saturate(port: number, seconds: number, asked = DEFAULT_ASKED): Promise<WrkResult> {
  const closing = asked.connections === 'kept' ? [] : ['-H', 'Connection: close'];
  const url = `http://127.0.0.1:${port}${asked.path}`;
  const args = ['-t1', '-c64', `-d${seconds}s`, '--timeout', '10s', ...closing, '-s', REPORT, url];
  const output = await capture('wrk', args, LOAD_CORE, (seconds + 15) * 1_000);
  return wrkResult.parse(JSON.parse(output.trim().split('\n').at(-1)!));
}
