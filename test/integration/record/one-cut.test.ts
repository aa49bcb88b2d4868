import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { settled } from '../../support/metrics.ts';
import { startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

interface RouteTotals {
  readonly name: string;
  readonly requests: number;
  readonly outcomes: number;
  readonly mismatches: number;
  readonly signatures: number;
}

/** What the file says, read as a stranger would. */
function totals(path: string): RouteTotals[] {
  const db = new DatabaseSync(path);
  const sum = (table: string, where: string) =>
    `(SELECT coalesce(sum(count), 0) FROM ${table} WHERE span = 60 AND ${where})`;
  const rows = db
    .prepare(`
      SELECT name, ${sum('request', 'route = id')} AS requests, ${sum('outcome', 'route = id')} AS outcomes,
        ${sum('outcome', "route = id AND ending = 'mismatch'")} AS mismatches,
        ${sum('occurrence', "signature IN (SELECT id FROM signature AS s WHERE s.route = route.id AND ending = 'mismatch')")} AS signatures
      FROM route`)
    .all();
  db.close();
  return rows as unknown as RouteTotals[];
}

const PATHS = ['/orders/1', '/users', '/equal', '/late'];

/** Clients that ask one request after another until they are cut off; resolves once they have had that many answers. */
async function load({ port }: Understudy, answers: number): Promise<{ ended: Promise<unknown> }> {
  let answered = 0;
  const enough = Promise.withResolvers<void>();
  const one = async (number: number): Promise<void> => {
    const client = await connectRaw(port);
    for (;;) {
      const method = number % 4 === 3 ? 'POST' : 'GET';
      const fields = method === 'POST' ? 'Content-Length: 0\r\n' : '';
      await client.send(`${method} ${PATHS[number++ % PATHS.length]} HTTP/1.1\r\nHost: example.test\r\n${fields}\r\n`);
      await client.response();
      if (++answered >= answers) enough.resolve();
    }
  };
  const ended = Promise.allSettled(Array.from({ length: 8 }, (_, number) => one(number)));
  await enough.promise;
  return { ended };
}

async function startBoth() {
  const answer = (side: string) =>
    startOrigin(({ target }, reply) => reply.send({ body: target === '/equal' ? 'equal' : `${side} ${target}` }));
  const [primary, shadow] = await Promise.all([answer('left'), answer('right')]);
  return { primary: primary.url, shadow: shadow.url, store: { path: './understudy.db', flushInterval: '100ms' } };
}

it('a process that is killed under load leaves no outcome without its request, and each mismatch in its signature', async () => {
  const config = await startBoth();
  let directory: string | undefined;
  for (let kill = 0; kill < 3; kill++) {
    const understudy = await startUnderstudy(config, directory === undefined ? {} : { directory });
    directory = understudy.directory;
    const { ended } = await load(understudy, 700 + 150 * kill);
    understudy.kill('SIGKILL');
    await Promise.all([understudy.exited, ended]);
    const routes = totals(understudy.store);
    expect(routes.length).toBeGreaterThan(0);
    for (const { name, requests, outcomes, mismatches, signatures } of routes) {
      expect(outcomes, `outcomes of ${name}`).toBeLessThanOrEqual(requests);
      expect(signatures, `signatures of ${name}`).toBe(mismatches);
    }
  }
}, 120_000);

it('a process that was asked to stop leaves an outcome for each request, and each mismatch in its signature', async () => {
  const understudy = await startUnderstudy(await startBoth());
  const client = await connectRaw(understudy.port);
  for (let number = 0; number < 300; number++) {
    await client.send(`GET ${PATHS[number % PATHS.length]} HTTP/1.1\r\nHost: example.test\r\n\r\n`);
    await client.response();
  }
  await settled(understudy.adminPort, 300);
  expect(await understudy.stop()).toBe(0);
  const routes = totals(understudy.store);
  expect(routes.reduce((sum, { requests }) => sum + requests, 0)).toBe(300);
  for (const { requests, outcomes, mismatches, signatures } of routes) {
    expect(outcomes).toBe(requests);
    expect(signatures).toBe(mismatches);
  }
});
