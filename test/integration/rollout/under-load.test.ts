/** A whole release while 2,000 users ask without a pause, with the proxy as a process. */
import { expect, test } from 'vitest';
import { startHttpOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { get } from '../../support/rollout-stage.ts';
import { startUnderstudy } from '../../support/understudy.ts';

const USERS = Array.from({ length: 2_000 }, (_, index) => `user-${index}`);
const CONNECTIONS = 4;
const PIPELINED = 50;

test('2,000 users ask without a pause through all steps and a rollback: no request fails, and nobody changes versions but by a step', async () => {
  const production = await startHttpOrigin((_request, response) => response.end('production'));
  const candidate = await startHttpOrigin((_request, response) => response.end('candidate'));
  const { port, adminPort } = await startUnderstudy({
    primary: production.url,
    shadow: candidate.url,
    mirror: { enabled: false },
    rollout: { steps: ['1%', '5%', '25%', '50%', '100%'], hold: '0s', sticky: [{ header: 'x-user' }] },
  });
  const command = async (name: string) => {
    const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/rollout`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ command: name }),
    });
    expect(response.status).toBe(200);
  };

  /** By user, each version that served him and was not the one before. */
  const versions = new Map<string, string[]>(USERS.map((user) => [user, []]));
  const failed: number[] = [];
  const rounds = Array.from({ length: CONNECTIONS }, () => 0);
  let goesOn = true;
  const ask = async (share: readonly string[], at: number) => {
    const client = await connectRaw(port);
    while (goesOn) {
      for (let from = 0; from < share.length; from += PIPELINED) {
        const batch = share.slice(from, from + PIPELINED);
        void client.send(batch.map((user) => get(user)).join(''));
        for (const user of batch) {
          const { status, body } = await client.response();
          if (status !== 200) failed.push(status);
          const seen = versions.get(user)!;
          if (seen.at(-1) !== body.toString()) seen.push(body.toString());
        }
      }
      rounds[at]!++;
    }
  };
  const asking = Array.from({ length: CONNECTIONS }, (_, share) =>
    ask(
      USERS.filter((_, at) => at % CONNECTIONS === share),
      share,
    ),
  );
  /** Each connection has asked for all of its users since: the round that it was in may have begun before. */
  const everybodyAsked = async () => {
    const before = [...rounds];
    await expect.poll(() => rounds.every((now, at) => now >= before[at]! + 2), { timeout: 15_000 }).toBe(true);
  };
  const served = () => [...versions.values()].filter((seen) => seen.at(-1) === 'candidate').length / USERS.length;

  await everybodyAsked();
  const shares = [served()];
  for (const name of ['start', 'promote', 'promote', 'promote', 'promote', 'rollback']) {
    await command(name);
    await everybodyAsked();
    shares.push(served());
  }
  goesOn = false;
  await Promise.all(asking);
  expect(failed).toEqual([]);
  for (const [at, share] of [0, 0.01, 0.05, 0.25, 0.5, 1, 0].entries())
    expect(Math.abs(shares[at]! - share)).toBeLessThan(0.04);
  expect([shares[0], shares[5], shares[6]]).toEqual([0, 1, 0]);
  expect(new Set([...versions.values()].map((seen) => seen.join()))).toEqual(
    new Set(['production,candidate,production']),
  );
});
