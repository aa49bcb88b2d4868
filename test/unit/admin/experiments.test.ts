import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import type { AdminDependencies, UserEvent } from '../../../src/admin/dependencies.ts';
import { experimentList } from '../../../src/admin/experiment-schema.ts';
import { readExperiments } from '../../../src/results/experiments.ts';
import { RECORDED } from '../../support/recorded-experiment.ts';
import { caller } from './caller.ts';

const ask = (async (_: string, query: object) =>
  readExperiments(
    { experiments: async () => [RECORDED, { ...RECORDED, service: 'users' }] },
    query,
  )) as unknown as AdminDependencies['ask'];

describe('experiments', () => {
  test('are shown as described, or those of one service', async () => {
    const call = caller({ ask });
    const { value } = await call('GET', '/api/v1/experiments');
    expect(experimentList.parse(value).experiments).toHaveLength(2);
    const one = await call('GET', '/api/v1/experiments?service=users');
    expect(one.value.experiments).toMatchObject([
      { service: 'users', goals: [{ comparisons: [{ arm: 'green' }] }, {}] },
    ]);
  });

  test('are found by service and name', async () => {
    const call = caller({ ask });
    expect((await call('GET', '/api/v1/experiments/users/button')).value.experiments).toHaveLength(1);
    expect((await call('GET', '/api/v1/experiments/users/buttons')).value).toMatchObject({
      status: 404,
      detail: 'no such experiment; found users/buttons; allowed: default/button, users/button',
    });
  });
});

describe('events', () => {
  const send = async (body: unknown, takeEvents: AdminDependencies['takeEvents'] = taking().takeEvents) =>
    caller({ takeEvents })('POST', '/api/v1/events', { body: typeof body === 'string' ? body : JSON.stringify(body) });

  function taking() {
    const taken: (readonly UserEvent[])[] = [];
    const takeEvents: AdminDependencies['takeEvents'] = (events) => {
      taken.push(events);
      return { accepted: events.length, unknown: [] };
    };
    return { taken, takeEvents };
  }

  test('are taken one at a time or as a list', async () => {
    const { taken, takeEvents } = taking();
    const event = { user: 'ann', name: 'survey', value: 4 };
    expect((await send(event, takeEvents)).value).toEqual({ accepted: 1, unknown: [] });
    expect((await send([event, { user: 'bob', name: 'visit' }], takeEvents)).value.accepted).toBe(2);
    expect(taken).toEqual([[event], [event, { user: 'bob', name: 'visit' }]]);
  });

  test('that are wrong are named one by one, and none is counted', async () => {
    const { taken, takeEvents } = taking();
    const good = { user: 'ann', name: 'survey' };
    const events = [good, { ...good, user: '' }, { ...good, value: '4' }, { ...good, at: 1 }, 7];
    const reply = await send(events, takeEvents);
    expect(reply.value).toMatchObject({ status: 400, code: 'invalid_body' });
    expect(reply.value.detail).toBe(
      '1.user: empty; allowed: the id of the user as it is in the cookie or header field; 2.value: not a number; 3.at: unknown; 4: not an object',
    );
    expect(taken).toEqual([]);
  });

  test.each([
    ['no JSON', '{'],
    ['no user', { name: 'survey' }],
    ['a user that is no text', { user: 7, name: 'survey' }],
    ['a user that is too long', { user: 'ü'.repeat(2_049), name: 'survey' }],
    ['a name that is too long', { user: 'ann', name: 'a'.repeat(65) }],
    ['a value beyond all bounds', '{"user": "ann", "name": "survey", "value": 1e400}'],
    ['a value that is large', { user: 'ann', name: 'survey', value: 1e10 }],
    ['an unknown member', { user: 'ann', name: 'survey', time: 1 }],
    ['an empty list', []],
    ['a long list', Array.from({ length: 1_001 }, () => ({ user: 'a', name: 'b' }))],
    ['null', 'null'],
  ])('with %s are refused', async (_, body) => {
    const { taken, takeEvents } = taking();
    const reply = await send(body, takeEvents);
    expect(reply.status).toBe(400);
    expect(taken).toEqual([]);
  });

  test('that are all wrong give a short answer', async () => {
    const { value } = await send(Array.from({ length: 900 }, () => ({ user: '', name: 'survey' })));
    expect(value.detail).toMatch(/; and 880 more$/);
  });

  test('are asked for again later where there is no room', async () => {
    const reply = await send({ user: 'ann', name: 'survey' }, () => 'no_room');
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '5' } });
    expect(reply.value.code).toBe('overloaded');
  });

  test('leave nothing of their users in the log', async () => {
    const lines: string[] = [];
    const logger = pino({}, { write: (line) => void lines.push(line) });
    const call = caller({ logger });
    await call('POST', '/api/v1/events', { body: JSON.stringify({ user: 'ann-secret', name: 'survey' }) });
    await call('POST', '/api/v1/events', { body: JSON.stringify({ user: 'ann-secret', name: 7 }) });
    expect(lines.join('')).not.toContain('ann-secret');
  });
});
