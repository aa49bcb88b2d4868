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

/** As many requests as 64 connections carry, one after another on each. */
export async function saturate(port: number, seconds: number): Promise<WrkResult> {
  const args = ['-t1', '-c64', `-d${seconds}s`, '--timeout', '10s', '-s', REPORT, `http://127.0.0.1:${port}/`];
  const output = await capture('wrk', args, LOAD_CORE, (seconds + 15) * 1_000);
  return wrkResult.parse(JSON.parse(output.trim().split('\n').at(-1)!));
}
