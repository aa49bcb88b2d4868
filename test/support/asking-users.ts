import { expect } from 'vitest';
import { afterThisTest } from './cleanup.ts';
import { connectRaw } from './raw-client.ts';
import { get } from './rollout-stage.ts';

const CONNECTIONS = 4;
/** Requests of one connection that are under way at once. */
const PIPELINED = 50;

/** Users who ask again and again, as a gateway before us passes them on: many of them on each connection. */
export function startAskingUsers(port: number, count: number) {
  const users = Array.from({ length: count }, (_, index) => `user-${index}`);
  /** By user, each version that served him and was not the one before. */
  const versions = new Map<string, string[]>(users.map((user) => [user, []]));
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
  const asking = Promise.all(
    Array.from({ length: CONNECTIONS }, (_, share) =>
      ask(
        users.filter((_, at) => at % CONNECTIONS === share),
        share,
      ),
    ),
  );
  // A test that fails before it ends them tells why it does.
  asking.catch(() => {});
  afterThisTest(() => {
    goesOn = false;
  });
  return {
    /** Each connection has asked for all of its users since: the round that it was in may have begun before. */
    everybodyAsked: async () => {
      const before = [...rounds];
      await expect.poll(() => rounds.every((now, at) => now >= before[at]! + 2), { timeout: 15_000 }).toBe(true);
    },
    /** The share of users whom this version served last. */
    shareOf: (version: string) => [...versions.values()].filter((seen) => seen.at(-1) === version).length / count,
    /** Ends, and tells the versions that users saw, each sequence once, and the statuses of what failed. */
    end: async () => {
      goesOn = false;
      await asking;
      return { seen: [...new Set([...versions.values()].map((seen) => seen.join()))], failed };
    },
  };
}
