import { startHttpOrigin } from './origin.ts';
import { startUnderstudy } from './understudy.ts';

export interface ShownRollout {
  /** Of the dashboard. */
  readonly origin: string;
  /** How many users there are. */
  readonly users: number;
  /** Each user asks `orders` once; resolves to how many were served by the candidate. */
  onCandidate(): Promise<number>;
  command(service: string, command: string, reason?: string, by?: string): Promise<void>;
  status(service: string): Promise<unknown>;
  close(): Promise<void>;
}

const USERS = 100;
const WHO = 'x-served-by';

/** A proxy with two rollouts: `orders` goes by steps, of `people` the file decides. The caller closes it. */
export async function startShownRollout(): Promise<ShownRollout> {
  const [production, candidate] = await Promise.all([
    startHttpOrigin((_request, response) => response.setHeader(WHO, 'production').end('{}')),
    startHttpOrigin((_request, response) => response.setHeader(WHO, 'candidate').end('{}')),
  ]);
  const service = (path: string, rollout: object) => ({
    ...{ match: { path }, primary: production.url, shadow: candidate.url },
    rollout: { sticky: [{ cookie: 'uid' }], ...rollout },
  });
  const understudy = await startUnderstudy({
    services: {
      orders: service('/orders/:id', { steps: ['10%', '50%', '100%'], hold: '0s' }),
      people: service('/people/:id', { weight: '20%' }),
    },
    // A busy machine pauses copies, and then the evidence says that it is invalid.
    mirror: { pauseWhen: { eventLoopLag: 'none' } },
    // Versions that differ are rolled back as soon as that is proven.
    compare: { rules: [{ header: WHO, ignore: true, reason: 'says who served' }] },
    store: { path: './understudy.db', flushInterval: '100ms' },
  });
  const origin = `http://127.0.0.1:${understudy.adminPort}`;
  const ask = async (user: number) => {
    const headers = { cookie: `uid=user-${user}` };
    const response = await fetch(`http://127.0.0.1:${understudy.port}/orders/7`, { headers });
    await response.arrayBuffer();
    return response.headers.get(WHO);
  };
  return {
    origin,
    users: USERS,
    async onCandidate() {
      const served = await Promise.all(Array.from({ length: USERS }, (_, user) => ask(user)));
      return served.filter((by) => by === 'candidate').length;
    },
    async command(of, command, reason = 'because', by = 'ann') {
      const response = await fetch(`${origin}/api/v1/rollout`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ service: of, command, reason, by }),
      });
      if (!response.ok) throw new Error(await response.text());
    },
    async status(of) {
      const response = await fetch(`${origin}/api/v1/rollout?service=${of}`);
      return ((await response.json()) as { rollouts: readonly unknown[] }).rollouts[0];
    },
    async close() {
      understudy.kill('SIGKILL');
      await understudy.exited;
      await Promise.all([production.close(), candidate.close()]);
    },
  };
}
