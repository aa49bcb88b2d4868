import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { settled } from './metrics.ts';
import { startOrigin } from './origin.ts';
import { startUnderstudy } from './understudy.ts';

export interface ShownUnderstudy {
  /** Of the dashboard. */
  readonly origin: string;
  /** Sends further requests, and waits until each has its outcome. */
  ask(count: number): Promise<void>;
  crash(): Promise<void>;
  /** Starts another process where the one that crashed was: with its store and its addresses. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A proxy with something to show: on the route `people` the shadow gives another name, and an id of another type; on
 * `healthy` everything is equal. The caller closes it.
 */
export async function startShown(): Promise<ShownUnderstudy> {
  const person = { id: 7, name: 'Ada', born: '1815-12-10' };
  const [primary, shadow, control] = await Promise.all([
    startOrigin((request, reply) => reply.json(request.target.startsWith('/people') ? person : { ok: true })),
    startOrigin((request, reply) =>
      reply.json(request.target.startsWith('/people') ? { ...person, id: '7', name: 'Eva' } : { ok: true }),
    ),
    startOrigin((request, reply) => reply.json(request.target.startsWith('/people') ? person : { ok: true })),
  ]);
  const config = {
    primary: primary.url,
    shadow: shadow.url,
    control: control.url,
    routes: [
      { name: 'people', match: { path: '/people/:id' } },
      { name: 'healthy', match: { path: '/healthy' } },
    ],
    store: { path: './understudy.db', flushInterval: '100ms' },
  };
  const directory = await mkdtemp(join(tmpdir(), 'understudy-shown-'));
  let understudy = await startUnderstudy(config, { directory });
  const { port, adminPort } = understudy;
  let asked = 0;
  return {
    origin: `http://127.0.0.1:${adminPort}`,
    async ask(count) {
      for (let sent = 0; sent < count; sent++) {
        const response = await fetch(`http://127.0.0.1:${port}${sent % 2 === 0 ? '/people/7' : '/healthy'}`);
        await response.arrayBuffer();
      }
      asked += count;
      await settled(adminPort, asked);
    },
    async crash() {
      understudy.kill('SIGKILL');
      await understudy.exited;
    },
    async restart() {
      const same = { listen: `127.0.0.1:${port}`, admin: `127.0.0.1:${adminPort}` };
      understudy = await startUnderstudy({ ...config, ...same }, { directory });
      asked = 0;
    },
    async close() {
      understudy.kill('SIGKILL');
      await understudy.exited;
      await Promise.all([primary, shadow, control].map((each) => each.close()));
      await rm(directory, { recursive: true, force: true });
    },
  };
}
