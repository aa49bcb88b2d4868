/** Under a low limit of open files and sockets: `ulimit -n`. */
import { expect, test } from 'vitest';
import { metrics, settled } from '../support/metrics.ts';
import { startHttpOrigin } from '../support/origin.ts';
import { connectRaw, type RawClient } from '../support/raw-client.ts';
import { startUnderstudy } from '../support/understudy.ts';

const GET = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const CLIENTS = 200;

/** Status codes, and `closed` for who was let go without a word. */
async function answerTo(client: RawClient): Promise<number | 'closed'> {
  void client.send(GET);
  return client.response().then(
    ({ status }) => status,
    () => 'closed' as const,
  );
}

test.each([64, 256])(
  'with %d descriptors and far more clients, nobody hangs, all is counted, and who comes after them is served',
  async (limit) => {
    const origin = await startHttpOrigin((_request, response) => response.end('ok'));
    const understudy = await startUnderstudy({ primary: origin.url, shadow: origin.url }, { descriptors: limit });
    const chosen = understudy.logs().find(({ msg }) => msg?.includes('RLIMIT_NOFILE'))!;
    expect(chosen).toMatchObject({ limit, client: expect.any(Number), primary: expect.any(Number) });

    const answers: (number | 'closed')[] = [];
    for (let round = 0; round < 3; round++) {
      const clients = await Promise.all(Array.from({ length: CLIENTS }, () => connectRaw(understudy.port)));
      answers.push(...(await Promise.all(clients.map(answerTo))));
      for (const client of clients) client.destroy();
    }
    const counted = (status: number | 'closed') => answers.filter((answer) => answer === status).length;
    expect(counted(200) + counted(503) + counted('closed')).toBe(3 * CLIENTS);
    expect(counted(200)).toBeGreaterThanOrEqual(Number(chosen['client']));
    for (;;) if ((await answerTo(await connectRaw(understudy.port))) === 200) break;

    const now = await metrics(understudy.adminPort);
    expect(now.sum('understudy_connections_refused_total', { reason: 'descriptors' })).toBeGreaterThanOrEqual(
      counted(503) + counted('closed'),
    );
    await settled(understudy.adminPort, now.requests);
    expect(understudy.logs().filter(({ level }) => level === 'warn' || level === 'error')).toHaveLength(1);
    expect(await understudy.stop()).toBe(0);
  },
);
