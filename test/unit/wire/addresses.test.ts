import { expect, it } from 'vitest';
import { AddressBook } from '../../../src/wire/addresses.ts';
import { Deadlines } from '../../../src/wire/deadlines.ts';
import { afterThisTest } from '../../support/cleanup.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** A name server that says what the test says, and counts how often it was asked. While it is silent it owes answers. */
function named(...first: string[]) {
  const clock = new ManualClock();
  const deadlines = new Deadlines(clock);
  afterThisTest(() => deadlines.stop());
  const owed: (() => void)[] = [];
  const server: { says: string[]; asked: number; mood: 'answering' | 'failing' | 'silent'; ttl?: number } = {
    says: first,
    asked: 0,
    mood: 'answering',
  };
  const book = new AddressBook(clock, deadlines, {
    lookUp: (_host, done) => {
      server.asked++;
      const answer = () => {
        if (server.mood === 'failing') done(Object.assign(new Error('no'), { code: 'ENOTFOUND' }), []);
        else done(null, listed(...server.says));
      };
      if (server.mood === 'silent') owed.push(answer);
      else answer();
    },
    timeToLive: async () => server.ttl,
  });
  const addresses = book.of('a.test');
  const tried = () =>
    new Promise<string>((resolve, reject) => {
      addresses.ask((error, found) => {
        if (error === null) resolve(found.map(({ address }) => address).join(' '));
        else reject(error);
      });
    });
  const others = (...tried: string[]) =>
    new Promise<string>((resolve) => {
      addresses.askForOthers(listed(...tried), (found) => resolve(found.map(({ address }) => address).join(' ')));
    });
  const pass = (milliseconds: number) => {
    clock.advance(milliseconds);
    deadlines.sweep();
  };
  const speak = () => {
    server.mood = 'answering';
    for (const answer of owed.splice(0)) answer();
  };
  return { clock, server, book, addresses, tried, others, pass, speak };
}

const listed = (...addresses: string[]) => addresses.map((address) => ({ address, family: 4 }));

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

it('the name is looked up again after ten seconds where no TTL is known, before anybody connects then', async () => {
  const { tried, server, clock } = named('a');
  await tried();
  server.says = ['b'];
  clock.advance(9_999);
  expect(await tried()).toBe('a');
  clock.advance(1);
  expect(await tried()).toBe('b');
  expect(server.asked).toBe(2);
});

it('a burst after silence waits for one look-up, and gets what it brings', async () => {
  const { tried, server, clock, speak } = named('a');
  await tried();
  Object.assign(server, { says: ['b'], mood: 'silent' });
  clock.advance(45_000);
  const burst = Array.from({ length: 20 }, () => tried());
  speak();
  expect(new Set(await Promise.all(burst))).toEqual(new Set(['b']));
  expect(server.asked).toBe(2);
});

it('what was known serves on when a look-up takes longer than 1.8 s, which is waited for once', async () => {
  const { tried, server, clock, pass, speak } = named('a');
  await tried();
  Object.assign(server, { says: ['b'], mood: 'silent' });
  clock.advance(45_000);
  const first = tried();
  let told = false;
  void first.then(() => {
    told = true;
  });
  pass(1_799);
  await new Promise(setImmediate);
  expect(told).toBe(false);
  pass(1);
  expect(await first).toBe('a');
  expect(await tried()).toBe('a');
  expect(server.asked).toBe(2);
  speak();
  expect(await tried()).toBe('b');
});

it('who could not connect gets the addresses that it has not tried, looked up anew', async () => {
  const { tried, others, server, clock } = named('a', 'b');
  await tried();
  server.says = ['b', 'c'];
  clock.advance(1_000);
  expect(await others('a', 'b')).toBe('c');
  expect(server.asked).toBe(2);
});

it('who could not connect gets none where there are no others, and what was just looked up is not asked again', async () => {
  const { tried, others, server } = named('a');
  await tried();
  expect(await others('a')).toBe('');
  expect(server.asked).toBe(1);
});

it('while somebody has connections the name is looked up when it is due, and they learn what is there', async () => {
  const { tried, addresses, server, pass } = named('a');
  await tried();
  const user = {
    inUse: true,
    present: [] as string[][],
    onAddresses: (present: ReadonlySet<string>) => void user.present.push([...present]),
  };
  addresses.use(user);
  server.says = ['b'];
  pass(10_000);
  expect(user.present).toEqual([['b']]);
  user.inUse = false;
  pass(600_000);
  expect(server.asked).toBe(2);
  addresses.leave(user);
  user.inUse = true;
  pass(600_000);
  expect(server.asked).toBe(2);
});

it('all who ask for a name share what is known of it', async () => {
  const { book, addresses, tried, server } = named('a');
  await tried();
  expect(book.of('a.test')).toBe(addresses);
  expect(book.of('b.test')).not.toBe(addresses);
  expect(server.asked).toBe(1);
});

it('what was known serves on while the name can not be looked up', async () => {
  const { tried, server, clock } = named('a');
  await tried();
  server.mood = 'failing';
  clock.advance(10_000);
  expect([await tried(), await tried()]).toEqual(['a', 'a']);
});

it('a name that was never found is an error, and looked up by the next connection again', async () => {
  const { tried, server } = named('a');
  server.mood = 'failing';
  await expect(tried()).rejects.toMatchObject({ code: 'ENOTFOUND' });
  server.mood = 'answering';
  server.says = [];
  await expect(tried()).rejects.toMatchObject({ code: 'ENOTFOUND', message: 'a.test has no address' });
  server.says = ['a'];
  expect(await tried()).toBe('a');
});

it('connections that begin while the name is looked up share the answer', async () => {
  const { tried, server, speak } = named('a');
  server.mood = 'silent';
  const found = [tried(), tried(), tried()];
  speak();
  expect(await Promise.all(found)).toEqual(['a', 'a', 'a']);
  expect(server.asked).toBe(1);
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
