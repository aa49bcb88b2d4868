import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Application } from '../../support/application.ts';
import { begin } from '../../support/programs.ts';
import { nodeHttp } from './clients/node-http.ts';
import { startApplicationStage } from './stage.ts';

const EVENTS = new URL('../../fixtures/applications/events.mjs', import.meta.url);
const NUMBERS = [1, 2, 3, 4, 5];

const waits = (path: string) => (message: { waiting?: string }) => message.waiting === path;

/** What curl reads of the feed at a port. Each event is published only when the one before it has been read. */
async function follow(port: number, behind: readonly Application[]): Promise<string> {
  const { said, ended } = begin('curl', ['--silent', '--no-buffer', `http://127.0.0.1:${port}/events`]);
  for (const application of behind) await application.told(waits('/events'));
  for (const number of NUMBERS) {
    for (const application of behind) application.tell({ publish: number });
    await expect.poll(said).toContain(`id:${number}\n`);
    expect(said()).not.toContain(`id:${number + 1}\n`);
  }
  for (const application of behind) application.tell({ end: true });
  expect(await ended).toBe(0);
  return said();
}

test('server-sent events arrive one by one as they are published, and those of the shadow are compared at the end', async () => {
  const { direct, primary, shadow, through, outcomes, copies } = await startApplicationStage(EVENTS);
  const expected = await follow(direct.port, [direct]);
  expect(await follow(through.port, [primary, shadow])).toBe(expected);
  expect((await outcomes(1)).outcomes('match')).toBe(1);
  expect(await copies(1)).toEqual(['GET /events']);
});

test('a reader of events who leaves is gone from the primary and from the shadow, as soon as events reach nobody', async () => {
  const { primary, shadow, through, outcomes } = await startApplicationStage(EVENTS);
  const { child, ended } = begin('curl', ['--silent', '--no-buffer', `http://127.0.0.1:${through.port}/events`]);
  for (const application of [primary, shadow]) await application.told(waits('/events'));
  child.kill('SIGKILL');
  await ended;
  // Who has closed looks like one who has only ended its side, until it is sent something.
  const gone = () => primary.messages.some(({ left }) => left === '/events');
  for (let number = 1; !gone(); number++) {
    primary.tell({ publish: number });
    await setImmediate();
  }
  await shadow.told(({ left }) => left === '/events');
  expect((await outcomes(1)).outcomes('skipped', 'client_aborted')).toBe(1);
});

test('a long poll is answered when there is something to tell', async () => {
  const { direct, primary, shadow, through, outcomes } = await startApplicationStage(EVENTS);
  const poll = async (port: number, behind: readonly Application[]) => {
    const answer = nodeHttp(port, [{ path: '/poll' }]);
    for (const application of behind) await application.told(waits('/poll'));
    for (const application of behind) application.tell({ publish: 7 });
    return answer;
  };
  const expected = await poll(direct.port, [direct]);
  expect(expected).toMatchObject([{ status: 200, body: '{"number":7}' }]);
  expect(await poll(through.port, [primary, shadow])).toEqual(expected);
  expect((await outcomes(1)).outcomes('match')).toBe(1);
});
