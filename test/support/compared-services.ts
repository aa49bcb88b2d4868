import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settled } from './metrics.ts';
import { startOrigin } from './origin.ts';
import { startUnderstudy } from './understudy.ts';

type Side = 'primary' | 'shadow' | 'control';

/** What one side answers: a body with its Content-Type, and where it matters a status and further fields. */
export interface Answer {
  readonly body: string | Buffer;
  readonly type: string;
  readonly status?: number;
  readonly fields?: Readonly<Record<string, string>>;
}

/** By path: what a side answers, `nth` being the number of its answer. */
export type Answers = Readonly<Record<string, (side: Side, nth: number) => Answer>>;

export interface ComparedServices {
  /** Of the dashboard. */
  readonly origin: string;
  /** Of the store. */
  readonly store: string;
  /** Asks for each path this often, and waits until each copy has its outcome. */
  ask(times: number, init?: RequestInit): Promise<void>;
  close(): Promise<void>;
}

/** A proxy before three sides that answer as told, with a route for each path. The caller closes it. */
export async function startCompared(
  answers: Answers,
  config: Readonly<Record<string, unknown>> = {},
): Promise<ComparedServices> {
  const sides = await Promise.all(
    (['primary', 'shadow', 'control'] as const).map((side) => {
      let nth = 0;
      return startOrigin((request, reply) => {
        const { body, type, status = 200, fields = {} } = answers[request.target.split('?')[0]!]!(side, nth++);
        reply.send({ status, headers: { 'Content-Type': type, ...fields }, body });
      });
    }),
  );
  const [primary, shadow, control] = sides.map(({ url }) => url);
  const directory = await mkdtemp(join(tmpdir(), 'understudy-compared-'));
  const paths = Object.keys(answers);
  const understudy = await startUnderstudy(
    {
      ...{ primary, shadow, control },
      routes: paths.map((path) => ({ name: path.slice(1), match: { path } })),
      store: { path: './understudy.db', flushInterval: '100ms' },
      ...config,
    },
    { directory },
  );
  let asked = 0;
  return {
    origin: `http://127.0.0.1:${understudy.adminPort}`,
    store: understudy.store,
    async ask(times, init = {}) {
      for (let sent = 0; sent < times; sent++) {
        for (const path of paths) {
          const response = await fetch(`http://127.0.0.1:${understudy.port}${path}`, init);
          await response.arrayBuffer();
        }
      }
      asked += times * paths.length;
      await settled(understudy.adminPort, asked);
    },
    async close() {
      understudy.kill('SIGKILL');
      await understudy.exited;
      await Promise.all(sides.map((each) => each.close()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
