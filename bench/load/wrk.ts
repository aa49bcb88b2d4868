import { z } from 'zod';
import { capture } from '../harness/processes.ts';
import { UPLOAD_PATH } from '../origin/answer.ts';

/** Times in microseconds. `failures` are socket errors, timeouts and answers outside 2xx and 3xx. */
export type WrkResult = z.infer<typeof wrkResult>;

const wrkResult = z.object({
  requests: z.number(),
  duration: z.number(),
  p50: z.number(),
  p99: z.number(),
  failures: z.number(),
});

const SCRIPT = new URL('wrk-script.lua', import.meta.url).pathname;

/** What is asked for, and over what. */
export interface Asked {
  readonly path: string;
  readonly entrance: 'plain' | 'TLS';
  readonly connections: number;
  /** Whether each request has a connection of its own. */
  readonly kept: 'kept' | 'one per request';
  /** Of so many requests one is an upload of so many bytes. */
  readonly uploads?: { readonly every: number; readonly bytes: number };
}

const DEFAULT_ASKED: Asked = { path: '/', entrance: 'plain', connections: 64, kept: 'kept' };

/** As many requests as the connections carry, one after another on each. */
export async function saturate(port: number, seconds: number, asked: Partial<Asked> = {}): Promise<WrkResult> {
  const { path, entrance, connections, kept, uploads } = { ...DEFAULT_ASKED, ...asked };
  const closing = kept === 'kept' ? [] : ['-H', 'Connection: close'];
  const url = `${entrance === 'TLS' ? 'https' : 'http'}://127.0.0.1:${port}${path}`;
  const load = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '10s', ...closing, '-s', SCRIPT, url];
  const scripted = ['--', String(uploads?.every ?? 0), String(uploads?.bytes ?? 0), UPLOAD_PATH];
  const output = await capture('wrk', [...load, ...scripted], (seconds + 15) * 1_000);
  return wrkResult.parse(JSON.parse(output.trim().split('\n').at(-1)!));
}
