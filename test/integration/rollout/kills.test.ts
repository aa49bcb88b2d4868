/** The proxy is killed while a step or a rollback is being written, and right after it was told of: what holds then. */
import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { startHttpOrigin } from '../../support/origin.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

const USERS = Array.from({ length: 100 }, (_, index) => `user-${index}`);
const WHO = 'x-served-by';
const ROLLOUT = { steps: ['10%', '50%', '100%'], hold: '0s', sticky: [{ cookie: 'uid' }] };

interface Shown {
  readonly phase: string;
  readonly weight: number;
  readonly unwritten: number;
}

async function shown({ adminPort }: Understudy): Promise<Shown> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/rollout`);
  const { rollouts } = (await response.json()) as { readonly rollouts: readonly [Shown] };
  return rollouts[0];
}

async function command({ adminPort }: Understudy, name: string): Promise<{ readonly status: number }> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/api/v1/rollout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command: name, reason: 'orders are lost' }),
  });
  return { ...((await response.json()) as object), status: response.status };
}

/** Each user asks once: how many were served by the candidate. */
async function onCandidate({ port }: Understudy): Promise<number> {
  const served = await Promise.all(
    USERS.map(async (user) => {
      const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { cookie: `uid=${user}` } });
      await response.arrayBuffer();
      return response.headers.get(WHO);
    }),
  );
  return served.filter((by) => by === 'candidate').length;
}

async function written(understudy: Understudy): Promise<void> {
  const { unwritten } = await shown(understudy);
  if (unwritten > 0) await written(understudy);
}

/** What a process that starts now would find. */
function stored({ store }: Understudy): object {
  const db = new DatabaseSync(store, { readOnly: true });
  try {
    const row = db.prepare('SELECT state FROM rollout ORDER BY revision DESC LIMIT 1').get();
    return JSON.parse(String(row?.['state']));
  } finally {
    db.close();
  }
}

/** The process that holds the store. */
const storeOf = ({ process }: Understudy) =>
  Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ')[0]);

/** A release on its first step, whose proxy can be killed together with the process that holds its store. */
async function release() {
  const [production, candidate] = await Promise.all(
    ['production', 'candidate'].map((by) => startHttpOrigin((_request, response) => response.setHeader(WHO, by).end())),
  );
  // Versions that differ are rolled back as soon as that is proven.
  const compare = { rules: [{ header: WHO, ignore: true, reason: 'says who served' }] };
  const config = { primary: production!.url, shadow: candidate!.url, rollout: ROLLOUT, compare };
  const first = await startUnderstudy(config);
  await command(first, 'start');
  const restarted = async (understudy: Understudy) => {
    process.kill(storeOf(understudy), 'SIGKILL');
    understudy.kill('SIGKILL');
    await understudy.exited;
    return startUnderstudy(config, { directory: understudy.directory });
  };
  return { first, restarted };
}

/** Resolves once a promotion waits for the store, whose process stands still. */
async function promotionWaits(understudy: Understudy) {
  process.kill(storeOf(understudy), 'SIGSTOP');
  const promotion = command(understudy, 'promote').catch(() => 'killed' as const);
  await expect.poll(() => shown(understudy)).toMatchObject({ refusals: { promote: 'a step is being taken' } });
  return { promotion };
}

test('a step acts only once it is in the store, and then outlives kill -9', async () => {
  const { first, restarted } = await release();
  const users = await onCandidate(first);
  const { promotion } = await promotionWaits(first);
  expect(await shown(first)).toMatchObject({ phase: 'canary', weight: 0.1 });
  expect(await onCandidate(first)).toBe(users);
  expect(stored(first)).toMatchObject({ phase: 'canary', weight: 1_000 });

  process.kill(storeOf(first), 'SIGCONT');
  expect(await promotion).toMatchObject({ status: 200, weight: 0.5 });
  expect(stored(first)).toMatchObject({ phase: 'canary', weight: 5_000 });
  const more = await onCandidate(first);
  expect(more).toBeGreaterThan(users);
  expect(await onCandidate(await restarted(first))).toBe(more);
});

test('a step that waited for the store at kill -9 is not taken', async () => {
  const { first, restarted } = await release();
  const users = await onCandidate(first);
  const { promotion } = await promotionWaits(first);
  expect(await onCandidate(await restarted(first))).toBe(users);
  expect(await promotion).toBe('killed');
});

test('a rollback acts though the store stands still, and says that it is not written: kill -9 forgets only that one', async () => {
  const { first, restarted } = await release();
  const users = await onCandidate(first);
  process.kill(storeOf(first), 'SIGSTOP');
  expect(await command(first, 'rollback')).toMatchObject({ status: 200, phase: 'rolled_back', unwritten: 1 });
  expect(await onCandidate(first)).toBe(0);
  expect(stored(first)).toMatchObject({ phase: 'canary', weight: 1_000 });
  expect(await onCandidate(await restarted(first))).toBe(users);
});

test('a rollback acts with its answer, and outlives kill -9 as soon as nothing is said to be unwritten', async () => {
  const { first, restarted } = await release();
  expect(await command(first, 'rollback')).toMatchObject({ status: 200, phase: 'rolled_back' });
  // On a machine that is busy, the answer does not wait for the store.
  await written(first);
  expect(stored(first)).toMatchObject({ phase: 'rolled_back', weight: 1_000, reason: 'orders are lost' });
  const second = await restarted(first);
  expect(await shown(second)).toMatchObject({ phase: 'rolled_back', weight: 0 });
  expect(await onCandidate(second)).toBe(0);
  expect(await command(second, 'start')).toMatchObject({ status: 409 });
});
