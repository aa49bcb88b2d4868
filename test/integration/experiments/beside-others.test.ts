/** Experiments beside a rollout, test users and the mirror. */
import { expect, test } from 'vitest';
import { bucketOf } from '../../../src/edge/assignment.ts';
import { COPY_FRAME, readRequest } from '../../../src/tape/copy-frames.ts';
import { TapeReader } from '../../../src/tape/reader.ts';
import { valuesOf } from '../../support/message.ts';
import { get, rolloutStage } from '../../support/rollout-stage.ts';

const EXPERIMENTS =
  '[{name: button, arms: [{name: red, share: 50%}, {name: green, share: 50%, header: {X-Flag: green}}], sticky: [{header: x-user}], goals: [{name: seen, kind: conversion, route: default}]}]';
const USERS = Array.from({ length: 200 }, (_, index) => `user-${index}`);
const isCandidate = (user: string) => bucketOf(user, 'understudy') < 5_000;
const isGreen = (user: string) => bucketOf(user, 'button') >= 5_000;

type Stage = Awaited<ReturnType<typeof rolloutStage>>;

async function ask(stage: Stage, requests: readonly string[]) {
  const client = await stage.connect();
  for (const request of requests) {
    void client.send(request);
    expect((await client.response()).status).toBe(200);
  }
  stage.edge.context.experimentLog.renew();
  return stage.edge.activity;
}

test('a rollout and an experiment decide independently, and both versions get the flags', async () => {
  const stage = await rolloutStage({ experiments: EXPERIMENTS, weight: 5_000 });
  const told = await ask(
    stage,
    USERS.map((user) => get(user)),
  );
  const served = (isCandidate: boolean) => (isCandidate ? stage.candidate : stage.production).requests;
  for (const version of [true, false]) {
    const users = served(version).map(({ fields }) => [valuesOf(fields, 'x-user')[0]!, valuesOf(fields, 'x-flag')]);
    const expected = USERS.filter((user) => isCandidate(user) === version);
    expect(users).toEqual(expected.map((user) => [user, isGreen(user) ? ['green'] : []]));
    expect(expected.filter(isGreen).length).toBeGreaterThan(20);
  }
  expect(told.flatMap(({ exposures }) => exposures.map(({ arm }) => arm)).toSorted()).toEqual(
    USERS.map((user) => (isGreen(user) ? 'green' : 'red')).toSorted(),
  );
});

test('a user whose version is rolled back keeps the arm, and is not told of again', async () => {
  const stage = await rolloutStage({ experiments: EXPERIMENTS });
  await ask(stage, [get('user-1')]);
  stage.setWeight('stopped');
  const told = await ask(stage, [get('user-1')]);
  const flags = [stage.candidate, stage.production].map(({ requests }) => valuesOf(requests[0]!.fields, 'x-flag'));
  expect(flags[1]).toEqual(flags[0]);
  expect(told.flatMap(({ exposures }) => exposures).length).toBe(1);
});

test('test users see an arm and count for nothing', async () => {
  const options =
    '{sticky: [{header: x-user}], cohorts: [{name: synthetic, when: {header: {x-test: "1"}}, serves: primary, test: true}]}';
  const stage = await rolloutStage({ experiments: EXPERIMENTS, options, weight: 0 });
  const told = await ask(stage, [get('user-1').replace('\r\n\r\n', '\r\nX-Test: 1\r\n\r\n')]);
  expect(valuesOf(stage.production.requests[0]!.fields, 'x-understudy-variant')).toEqual([
    `button=${isGreen('user-1') ? 'green' : 'red'}`,
  ]);
  expect(told).toEqual([]);
});

test('the copy of a request has the flags that its original has, and those alone', async () => {
  const stage = await rolloutStage({ experiments: EXPERIMENTS, weight: 'stopped', mirror: {} });
  const [red, green] = [USERS.find((user) => !isGreen(user))!, USERS.find(isGreen)!];
  await ask(
    stage,
    [red, green].map((user) => get(user).replace('\r\n\r\n', '\r\nX-Flag: forged\r\n\r\n')),
  );
  const copied: string[][][] = [];
  new TapeReader(stage.edge.tape).read((kind, _exchange, bytes, start, end) => {
    if (kind !== COPY_FRAME.request) return;
    const { fields } = readRequest(bytes, start, end).head;
    copied.push([valuesOf(fields, 'x-flag'), valuesOf(fields, 'x-understudy-variant')]);
  }, Number.POSITIVE_INFINITY);
  expect(copied).toEqual([
    [[], ['button=red']],
    [['green'], ['button=green']],
  ]);
});
