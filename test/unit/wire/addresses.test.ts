import type { LookupAddress } from 'node:dns';
import { expect, it } from 'vitest';
import { Addresses } from '../../../src/wire/addresses.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** A name server that says what the test says, and counts how often it was asked. */
function named(...first: string[]) {
  const clock = new ManualClock();
  const server: { says: string[]; asked: number; fails: boolean; ttl?: number } = {
    says: first,
    asked: 0,
    fails: false,
  };
  const addresses = new Addresses('a.test', clock, {
    lookUp: (_host, done) => {
      server.asked++;
      if (server.fails) done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
      else
        done(
          null,
          server.says.map((address) => ({ address, family: 4 })),
        );
    },
    timeToLive: async () => server.ttl,
  });
  const tried = () =>
    new Promise<string>((resolve, reject) => {
      addresses.lookup('a.test', {}, (error, found) => {
        if (error === null) resolve((found as LookupAddress[]).map(({ address }) => address).join(' '));
        else reject(error);
      });
    });
  return { clock, server, addresses, tried };
}

it('each connection begins with the next address, and may try all', async () => {
  const { tried, server } = named('a', 'b', 'c');
  expect([await tried(), await tried(), await tried(), await tried()]).toEqual(['a b c', 'b c a', 'c a b', 'a b c']);
  expect(server.asked).toBe(1);
});

it('an address that failed comes last for ten seconds, or until it is connected to', async () => {
  const { tried, addresses, clock } = named('a', 'b');
  addresses.onFailed('a');
  expect([await tried(), await tried()]).toEqual(['b a', 'b a']);
  addresses.onConnected('a');
  expect([await tried(), await tried()]).toEqual(['a b', 'b a']);
  addresses.onFailed('a');
  clock.advance(10_000);
  expect([await tried(), await tried()]).toEqual(['a b', 'b a']);
});

it('addresses that have all failed are all tried', async () => {
  const { tried, addresses } = named('a', 'b');
  addresses.onFailed('a');
  addresses.onFailed('b');
  expect([await tried(), await tried()]).toEqual(['a b', 'b a']);
});

it('the name is looked up again after ten seconds where no TTL is known, by whoever connects then', async () => {
  const { tried, server, clock } = named('a');
  await tried();
  server.says = ['b'];
  clock.advance(9_999);
  expect(await tried()).toBe('a');
  clock.advance(1);
  await tried();
  expect(await tried()).toBe('b');
  expect(server.asked).toBe(2);
});

it('what was known serves on while the name can not be looked up', async () => {
  const { tried, server, clock } = named('a');
  await tried();
  server.fails = true;
  clock.advance(10_000);
  expect([await tried(), await tried()]).toEqual(['a', 'a']);
});

it('a name that was never found is an error, and looked up by the next connection again', async () => {
  const { tried, server } = named('a');
  server.fails = true;
  await expect(tried()).rejects.toMatchObject({ code: 'ENOTFOUND' });
  server.fails = false;
  server.says = [];
  await expect(tried()).rejects.toMatchObject({ code: 'ENOTFOUND', message: 'a.test has no address' });
  server.says = ['a'];
  expect(await tried()).toBe('a');
});

it('connections that begin while the name is looked up share the answer', async () => {
  const answers: (() => void)[] = [];
  const addresses = new Addresses('a.test', new ManualClock(), {
    lookUp: (_host, done) => answers.push(() => done(null, [{ address: 'a', family: 4 }])),
    timeToLive: async () => undefined,
  });
  const found: unknown[] = [];
  for (let connection = 0; connection < 3; connection++)
    addresses.lookup('a.test', {}, (_error, list) => found.push(list));
  expect({ asked: answers.length, found }).toEqual({ asked: 1, found: [] });
  answers[0]!();
  await expect.poll(() => found).toEqual(Array(3).fill([{ address: 'a', family: 4 }]));
});

it.each([
  [0, 1_000],
  [4, 4_000],
  [60, 60_000],
  [86_400, 300_000],
])('with a TTL of %i s the name is looked up again after %i ms', async (ttl, refresh) => {
  const { tried, server, clock } = named('a');
  server.ttl = ttl;
  await tried();
  clock.advance(refresh - 1);
  await tried();
  expect(server.asked).toBe(1);
  clock.advance(1);
  await tried();
  expect(server.asked).toBe(2);
});

it('an address that failed is reason to look the name up again before its TTL is over, once a second at most', async () => {
  const { tried, server, clock, addresses } = named('a');
  server.ttl = 60;
  await tried();
  addresses.onFailed('a');
  clock.advance(999);
  await tried();
  expect(server.asked).toBe(1);
  clock.advance(1);
  await tried();
  expect(server.asked).toBe(2);
  clock.advance(1_000);
  await tried();
  expect(server.asked).toBe(2);
});
