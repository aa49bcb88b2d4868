import type { LookupAddress } from 'node:dns';
import { expect, it } from 'vitest';
import { Addresses } from '../../../src/wire/addresses.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** A name server that says what the test says, and counts how often it was asked. */
function named(...first: string[]) {
  const clock = new ManualClock();
  const server = { says: first, asked: 0, fails: false };
  const addresses = new Addresses('a.test', clock, (_host, done) => {
    server.asked++;
    if (server.fails) done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
    else
      done(
        null,
        server.says.map((address) => ({ address, family: 4 })),
      );
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

it('the name is looked up again after ten seconds, by whoever connects then', async () => {
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
  const addresses = new Addresses('a.test', new ManualClock(), (_host, done) => {
    answers.push(() => done(null, [{ address: 'a', family: 4 }]));
  });
  const found: unknown[] = [];
  for (let connection = 0; connection < 3; connection++)
    addresses.lookup('a.test', {}, (_error, list) => found.push(list));
  expect({ asked: answers.length, found }).toEqual({ asked: 1, found: [] });
  answers[0]!();
  await expect.poll(() => found).toEqual(Array(3).fill([{ address: 'a', family: 4 }]));
});
