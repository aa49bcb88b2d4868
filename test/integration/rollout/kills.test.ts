/** The proxy is killed while a step or a rollback is being written: what holds after the restart. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { startHttpOrigin } from '../../support/origin.ts';
import { startUnderstudy, type Understudy } from '../../support/understudy.ts';

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

async function command({ adminPort }: Understudy, name: string): Promise<void> {
  await fetch(`http://127.0.0.1:${adminPort}/api/v1/rollout`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ command: name, reason: 'orders are lost' }),
  });
}

/** The process that holds the store. */
const storeOf = ({ process }: Understudy) =>
  Number(readFileSync(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').trim().split(' ')[0]);

test('after kill -9 the candidate has what was written last and never more: before and in the write of a rollback, and in that of a step', async () => {
  const production = await startHttpOrigin((_request, response) => response.end('production'));
  const candidate = await startHttpOrigin((_request, response) => response.end('candidate'));
  const rollout = { steps: ['10%', '50%', '100%'], hold: '0s' };
  const config = { primary: production.url, shadow: candidate.url, rollout };
  let understudy = await startUnderstudy(config);
  const restart = async () => {
    understudy.kill('SIGKILL');
    await understudy.exited;
    understudy = await startUnderstudy(config, { directory: understudy.directory });
    return shown(understudy);
  };
  await command(understudy, 'start');

  // The store's process stands still: neither the step nor the rollback is written, and only the rollback acts.
  const store = storeOf(understudy);
  process.kill(store, 'SIGSTOP');
  const step = command(understudy, 'promote').catch(() => {});
  await command(understudy, 'rollback');
  expect(await shown(understudy)).toMatchObject({ phase: 'rolled_back', weight: 0, unwritten: 1 });
  process.kill(store, 'SIGKILL');
  expect(await restart()).toMatchObject({ phase: 'canary', weight: 0.1 });
  await step;

  // Nobody knows how far the write has come.
  const rolledBack = command(understudy, 'rollback').catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 2));
  expect([0, 0.1]).toContain((await restart()).weight);
  await rolledBack;
});
