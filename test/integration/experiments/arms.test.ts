/** What users of each arm get, on real connections. */
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { bucketOf } from '../../../src/edge/assignment.ts';
import { sketchCount } from '../../../src/lib/sketch.ts';
import { startEdge } from '../../support/edge.ts';
import { valuesOf } from '../../support/message.ts';
import { type Origin, startOrigin } from '../../support/origin.ts';
import { connectRaw } from '../../support/raw-client.ts';
import { says } from '../../support/rollout-stage.ts';

const FLAG = '{name: green, share: 50%, header: {X-Flag: green}}';
const USERS = Array.from({ length: 200 }, (_, index) => `user-${index}`);
const inBaseline = (user: string) => bucketOf(user, 'button') < 5_000;
const RED = USERS.find(inBaseline)!;
const GREEN = USERS.find((user) => !inBaseline(user))!;

const experiment = (arm: string, more = '') =>
  `[{name: button, arms: [{name: red, share: 50%}, ${arm}], sticky: [{header: x-user}]${more}}]`;

async function stage(experiments: string, origin?: Origin) {
  const production = origin ?? (await startOrigin(says('production')));
  const edge = await startEdge(production, { experiments, mirror: {} });
  const client = await connectRaw(edge.port);
  return {
    production,
    edge,
    /** `fields`: further lines of the head. */
    ask: async (user: string, fields = '', method = 'GET') => {
      const length = method === 'POST' ? 'Content-Length: 2\r\n' : '';
      void client.send(
        `${method} / HTTP/1.1\r\nHost: a\r\nX-User: ${user}\r\n${length}${fields}\r\n${length ? 'hi' : ''}`,
      );
      return client.response();
    },
    /** What was told of experiments, after the last request. */
    activity: () => {
      edge.context.experimentLog.renew();
      return edge.activity;
    },
  };
}

const built = (port: number) => `{name: green, share: 50%, target: "http://127.0.0.1:${port}"}`;

test('requests get the flag of their arm and its name, and the same user the same ones each time', async () => {
  const { production, ask } = await stage(experiment(FLAG));
  for (const user of [...USERS, ...USERS]) expect((await ask(user)).status).toBe(200);
  for (const { fields } of production.requests) {
    const [user = ''] = valuesOf(fields, 'x-user');
    expect(valuesOf(fields, 'x-flag')).toEqual(inBaseline(user) ? [] : ['green']);
    expect(valuesOf(fields, 'x-understudy-variant')).toEqual([`button=${inBaseline(user) ? 'red' : 'green'}`]);
  }
});

test.each([
  ['the header of an arm', 'X-Flag: green\r\n'],
  ['it in lower case, twice', 'x-flag: green\r\nx-flag: blue\r\n'],
  ['it as an environment variable is named', 'X_Flag: green\r\n'],
  ['the name of an arm', 'X-Understudy-Variant: button=green\r\n'],
  ['the name as an environment variable is named', 'X_Understudy_Variant: button=green\r\n'],
])('a client that sends %s does not choose its arm', async (_what, fields) => {
  const { production, ask } = await stage(experiment(FLAG));
  await ask(RED, fields);
  const [request] = production.requests;
  expect(request!.rawHead).not.toMatch(/flag|green/i);
  expect(valuesOf(request!.fields, 'x-understudy-variant')).toEqual(['button=red']);
});

test('a client that takes no part cannot send the header of an arm either', async () => {
  const { production, ask } = await stage(experiment(FLAG));
  await ask('', 'X-Flag: green\r\nX-Understudy-Variant: button=green\r\n');
  expect(production.requests[0]!.rawHead).not.toMatch(/flag|variant/i);
});

test('a client that names the header in Connection does not get rid of it', async () => {
  const { production, ask } = await stage(experiment(FLAG));
  await ask(GREEN, 'Connection: x-flag, x-understudy-variant\r\n');
  const { fields } = production.requests[0]!;
  expect(valuesOf(fields, 'x-flag')).toEqual(['green']);
  expect(valuesOf(fields, 'x-understudy-variant')).toEqual(['button=green']);
});

test('a response names the arm where that is wanted, and nowhere else', async () => {
  const told = await stage(experiment(FLAG, ', variant: {response: true, serverTiming: true}'));
  const { fields } = await told.ask(GREEN);
  expect(valuesOf(fields, 'x-understudy-variant')).toEqual(['button=green']);
  expect(valuesOf(fields, 'server-timing')).toEqual(['variant;desc="button=green"']);
  expect(valuesOf((await told.ask('')).fields, 'server-timing')).toEqual([]);
  const silent = await stage(experiment(FLAG));
  expect((await silent.ask(GREEN)).fields.join()).not.toMatch(/variant|timing/i);
});

test('several experiments have their flags and names side by side', async () => {
  const other = `{name: search, arms: [{name: old, share: 0%}, {name: new, share: 100%, header: {X-Search: new}}], sticky: [{header: x-user}]}`;
  const { production, ask } = await stage(experiment(FLAG).replace(/\]$/, `, ${other}]`));
  await ask(GREEN);
  const { fields } = production.requests[0]!;
  expect([valuesOf(fields, 'x-flag'), valuesOf(fields, 'x-search')]).toEqual([['green'], ['new']]);
  expect(valuesOf(fields, 'x-understudy-variant')).toEqual(['button=green, search=new']);
});

test('the target of an arm serves its users, reads and writes, and what it serves is not copied', async () => {
  const build = await startOrigin(says('build'));
  const { ask, edge } = await stage(experiment(built(build.port)));
  expect((await ask(RED)).body.toString()).toBe('production');
  expect((await ask(GREEN)).body.toString()).toBe('build');
  expect((await ask(GREEN, '', 'POST')).body.toString()).toBe('build');
  expect(build.requests.map(({ fields }) => valuesOf(fields, 'x-understudy-variant'))).toEqual([
    ['button=green'],
    ['button=green'],
  ]);
  expect(edge.endings()['skipped:experiment']).toBe(2);
  expect(sketchCount(edge.counts().lastByte('primary'))).toBe(1);
});

test('the primary serves what the target of an arm cannot take, and it is counted', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  const { ask, edge, activity } = await stage(experiment(built(port)));
  expect((await ask(GREEN)).body.toString()).toBe('production');
  expect((await ask(GREEN, '', 'POST')).body.toString()).toBe('production');
  expect(activity().flatMap(({ fallbacks }) => fallbacks)).toEqual([
    { service: 'default', experiment: 'button', arm: 'green', count: 2 },
  ]);
  expect(edge.endings()).toEqual({ 'skipped:experiment': 2 });
  expect(edge.notices.map(({ message }) => message)).toContain(
    'the target of button=green could not take a request: the primary serves it',
  );
});

test('a write that the target of an arm may have carried out is not repeated, and says nothing of the primary', async () => {
  const build = await startOrigin({ request: (_request, reply) => reply.reset() });
  const { ask, edge, production } = await stage(experiment(built(build.port)));
  expect((await ask(GREEN, '', 'POST')).status).toBe(502);
  expect(production.requests).toEqual([]);
  expect(edge.endings()).toEqual({ 'skipped:experiment': 1 });
  expect(edge.notices.map(({ message }) => message)).toContain('the target of button=green gave no complete response');
});

test('a reload that gives an arm another target leads new requests there', async () => {
  const [first, second] = await Promise.all([startOrigin(says('first')), startOrigin(says('second'))]);
  const { ask, edge } = await stage(experiment(built(first.port)));
  expect((await ask(GREEN)).body.toString()).toBe('first');
  const { config, routeRows } = edge.context.settings;
  const [service] = config.services;
  const [each] = service!.experiments;
  const arms = each!.arms.map((arm) => (arm.target ? { ...arm, target: { ...arm.target, port: second.port } } : arm));
  const changed = { ...config, services: [{ ...service!, experiments: [{ ...each!, arms }] }] };
  edge.context.configure({ config: changed, routeRows });
  expect((await ask(GREEN)).body.toString()).toBe('second');
});

const GOALS =
  ', goals: [{name: bought, kind: conversion, route: default}, {name: revenue, kind: mean, route: default, header: x-total}]';

test('users are told of once, and what they did each time, by keys alone', async () => {
  const production = await startOrigin({
    request: (_request, reply) => reply.send({ body: 'ok', headers: { 'X-Total': '12.5' } }),
  });
  const { ask, activity } = await stage(experiment(FLAG, GOALS), production);
  for (const user of [GREEN, GREEN, '']) await ask(user);
  const told = activity();
  const exposures = told.flatMap((each) => each.exposures);
  expect(exposures).toMatchObject([{ service: 'default', experiment: 'button', arm: 'green' }]);
  expect(told.flatMap(({ outcomes }) => outcomes.map(({ goal, value }) => [goal, value]))).toEqual([
    ['bought', 1],
    ['revenue', 12.5],
    ['bought', 1],
    ['revenue', 12.5],
  ]);
  expect(new Set(told.flatMap(({ outcomes }) => outcomes.map(({ user }) => user)))).toEqual(
    new Set([exposures[0]!.user]),
  );
  expect(JSON.stringify(told)).not.toContain(GREEN);
});

test('a response that fails, or is none of the service, reaches no goal', async () => {
  const production = await startOrigin({ request: (_request, reply) => reply.send({ status: 500, body: 'no' }) });
  const { ask, activity } = await stage(experiment(FLAG, GOALS), production);
  await ask(GREEN);
  await production.close();
  expect((await ask(GREEN)).status).toBe(502);
  expect(activity().flatMap(({ outcomes }) => outcomes)).toEqual([]);
});
