/** How exposures reach a webhook. */
import { describe, expect, it, test } from 'vitest';
import type { ExposureConfig } from '../../../src/alerts/exposure-format.ts';
import { ExposureWebhook } from '../../../src/alerts/exposure-webhook.ts';
import { Exposures } from '../../../src/alerts/exposures.ts';
import type { Posted } from '../../../src/alerts/post.ts';
import type { Exposure } from '../../../src/model/experiment.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const SECRET = 'T0-secret';
const TAKEN: Posted = { ok: true, status: 200 };
const DOWN: Posted = { ok: false, reason: 'fails: ECONNREFUSED', again: true };
const REFUSED: Posted = { ok: false, reason: 'answers 400', again: false };
const URL = `https://hooks.example/${SECRET}`;

const exposures = (count: number, from = 0): Exposure[] =>
  Array.from({ length: count }, (_, index) => ({
    ...{ service: 'default', experiment: 'button', arm: 'green', at: Date.UTC(2026, 10, 30) },
    user: (from + index).toString(16).padStart(32, '0'),
  }));

/** A webhook whose time and receiver are the test's. */
function made(parts: Partial<ExposureConfig> = {}) {
  const clock = new ManualClock(1_000);
  const counts = { sent: 0, failed: 0, dropped: 0 };
  const logged: object[] = [];
  const bodies: string[] = [];
  const ended: Exposure[] = [];
  const receiver = { answers: (): Posted => TAKEN };
  const log = (fields: object, message: string) => void logged.push({ ...fields, message });
  const config: ExposureConfig = {
    url: URL,
    headers: { authorization: SECRET },
    window: 5_000,
    timeout: 1_000,
    ...parts,
  };
  const webhook = new ExposureWebhook({
    config,
    clock,
    post: async (body) => {
      bodies.push(body);
      return receiver.answers();
    },
    onEnded: (batch) => void ended.push(...batch),
    counts,
    log: { warn: log, error: log },
  });
  clock.every(1_000, () => webhook.tick());
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
  const messages = () => bodies.map((body) => JSON.parse(body));
  return { webhook, counts, logged, receiver, bodies, ended, pass, messages };
}

const usersIn = (messages: readonly { readonly exposures: readonly Exposure[] }[]) =>
  messages.flatMap((message) => message.exposures.map(({ user }) => user));

it('collects exposures within a window, and posts no more than 500 at once', async () => {
  const { webhook, messages, counts, pass } = made();
  webhook.tell(exposures(300));
  await pass(4);
  expect(messages()).toEqual([]);
  await pass(1);
  webhook.tell(exposures(1_100, 300));
  await pass(8);
  expect(messages().map((message) => message.exposures.length)).toEqual([300, 500, 500, 100]);
  expect(new Set(usersIn(messages())).size).toBe(1_400);
  expect(counts).toEqual({ sent: 1_400, failed: 0, dropped: 0 });
});

it('posts a batch again, after ever longer pauses, until the webhook is back, and nothing is lost', async () => {
  const { webhook, receiver, messages, bodies, counts, pass } = made();
  receiver.answers = () => DOWN;
  webhook.tell(exposures(3));
  await pass(60);
  expect(bodies.length).toBe(6);
  webhook.tell(exposures(2, 3));
  receiver.answers = () => TAKEN;
  await pass(60);
  expect(new Set(bodies.slice(0, 7)).size).toBe(1);
  expect(usersIn([messages()[6], messages()[7]])).toEqual(exposures(5).map(({ user }) => user));
  expect(counts).toEqual({ sent: 5, failed: 0, dropped: 0 });
});

it('gives a batch up after a quarter of an hour, or at once where it is refused, and goes on', async () => {
  const { webhook, receiver, counts, logged, bodies, pass } = made();
  receiver.answers = () => DOWN;
  webhook.tell(exposures(3));
  await pass(1_200);
  expect(bodies.length).toBe(20);
  receiver.answers = () => REFUSED;
  webhook.tell(exposures(4));
  await pass(10);
  expect(counts).toEqual({ sent: 0, failed: 7, dropped: 0 });
  receiver.answers = () => TAKEN;
  webhook.tell(exposures(1));
  await pass(10);
  expect(counts.sent).toBe(1);
  expect(logged.at(-1)).toMatchObject({ lost: 7, message: 'exposures are posted again' });
  expect(JSON.stringify(logged)).not.toContain(SECRET);
});

it('says at once that the webhook fails, why, and how many wait, now and then again, and when it is well', async () => {
  const { webhook, receiver, logged, pass } = made();
  receiver.answers = () => DOWN;
  webhook.tell(exposures(700));
  await pass(10);
  expect(logged).toMatchObject([{ reason: 'fails: ECONNREFUSED', attempts: 1, waiting: 700, lost: 0 }]);
  await pass(290);
  expect(logged).toHaveLength(1);
  await pass(80);
  expect(logged[1]).toMatchObject({ reason: 'fails: ECONNREFUSED', waiting: 700, lost: 0 });
  receiver.answers = () => TAKEN;
  await pass(80);
  expect(logged.slice(2)).toMatchObject([{ message: 'exposures are posted again', lost: 0, waiting: 200 }]);
});

it('keeps a bounded number while the webhook is down, counts the rest, and says so once', async () => {
  const { webhook, receiver, counts, logged, pass } = made();
  receiver.answers = () => DOWN;
  for (let round = 0; round < 60; round++) webhook.tell(exposures(1_000, round * 1_000));
  expect(counts.dropped).toBe(10_000);
  expect(logged).toMatchObject([{ message: expect.stringContaining('exposures are dropped') }]);
  receiver.answers = () => TAKEN;
  await pass(200);
  expect(counts).toEqual({ sent: 50_000, failed: 0, dropped: 10_000 });
});

it('tries once to send what waits when it ends, and tells what is left for the next start', async () => {
  const ready = made();
  ready.webhook.tell(exposures(700));
  await ready.webhook.close();
  expect(ready.counts).toEqual({ sent: 700, failed: 0, dropped: 0 });
  expect(ready.logged).toEqual([]);
  const down = made();
  down.receiver.answers = () => DOWN;
  down.webhook.tell(exposures(700));
  await down.webhook.close();
  expect(down.counts).toEqual({ sent: 0, failed: 0, dropped: 0 });
  expect(down.logged).toMatchObject([
    { attempts: 1, waiting: 700 },
    { exposures: 700, reason: 'fails: ECONNREFUSED', message: expect.stringContaining('after the next start') },
  ]);
  expect(down.ended).toEqual([]);
});

it('says which exposures it is done with: those that were taken or refused, and those without room', async () => {
  const { webhook, receiver, ended, pass } = made();
  receiver.answers = () => DOWN;
  webhook.tell(exposures(50_000));
  await pass(10);
  expect(ended).toEqual([]);
  const [beyond] = exposures(1, 60_000);
  webhook.tell(exposures(500, 50_000));
  webhook.tell([beyond!]);
  expect(ended).toEqual([beyond]);
  receiver.answers = () => REFUSED;
  await pass(20);
  expect(ended.slice(1, 501)).toEqual(exposures(500));
  receiver.answers = () => TAKEN;
  await pass(200);
  expect(ended).toHaveLength(50_501);
});

/** Exposures whose receivers are the test's: each takes what is posted to a host that is up. */
function stage(left: readonly Exposure[] = []) {
  const clock = new ManualClock(1_000);
  const logged: object[] = [];
  const taken: { url: string; body: string }[] = [];
  const up = new Set<string>();
  let answered = Promise.resolve();
  const forgotten: Exposure[] = [];
  const log = (fields: object, message: string) => void logged.push({ ...fields, message });
  const configOf = (url: string): ExposureConfig => ({ url, headers: {}, window: 5_000, timeout: 1_000 });
  const told = new Exposures({
    config: configOf('http://one.example/'),
    store: {
      unreportedExposures: async () => left,
      forgetUnreported: async (ended) => void forgotten.push(...ended),
    },
    clock,
    every: (period, action) => clock.every(period, action),
    log: { warn: log, error: log },
    async post({ url }, body) {
      await answered;
      if (!up.has(url)) return DOWN;
      taken.push({ url, body });
      return TAKEN;
    },
  });
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
  };
  const hold = (until: Promise<void>) => {
    answered = until;
  };
  return { told, logged, taken, forgotten, up, pass, configOf, hold };
}

it('what an earlier run could not report is reported, and then forgotten', async () => {
  const { taken, forgotten, up, pass } = stage(exposures(3));
  up.add('http://one.example/');
  await pass(10);
  expect(usersIn(taken.map(({ body }) => JSON.parse(body)))).toEqual(exposures(3).map(({ user }) => user));
  expect(forgotten).toEqual(exposures(3));
});

describe('after a reload', () => {
  it('what waits, and what is being posted in vain, goes to the new webhook', async () => {
    const { told, taken, up, pass, configOf, hold } = stage();
    const { promise, resolve } = Promise.withResolvers<void>();
    hold(promise);
    told.tell(exposures(700));
    await pass(6);
    up.add('http://two.example/');
    told.configure(configOf('http://two.example/'));
    told.tell(exposures(100, 700));
    resolve();
    await pass(20);
    expect(new Set(usersIn(taken.map(({ body }) => JSON.parse(body)))).size).toBe(800);
    expect(told.counts).toEqual({ sent: 800, failed: 0, dropped: 0 });
  });

  it('what waits is dropped where no webhook is left, which the log says', async () => {
    const { told, logged, forgotten, pass } = stage();
    told.tell(exposures(700));
    await pass(6);
    told.configure(undefined);
    await pass(1);
    expect(told.counts).toEqual({ sent: 0, failed: 0, dropped: 700 });
    expect(forgotten).toHaveLength(700);
    expect(logged.at(-1)).toMatchObject({ exposures: 700, message: expect.stringContaining('were dropped') });
  });

  it('what waits for a webhook that is no longer configured is not lost when all ends at once', async () => {
    const { told, up, configOf } = stage();
    told.tell(exposures(3));
    up.add('http://two.example/');
    told.configure(configOf('http://two.example/'));
    await told.close();
    expect(told.counts).toEqual({ sent: 3, failed: 0, dropped: 0 });
  });
});

async function oneMessage(config: Partial<ExposureConfig>, list = exposures(1)) {
  const { webhook, messages, pass } = made(config);
  webhook.tell(list);
  await pass(5);
  return messages()[0];
}

test('an exposure in JSON has an id of its own, which is the same whenever it is reported', async () => {
  const later = exposures(2).map((exposure) => ({ ...exposure, at: exposure.at + 1_000 }));
  const [one, again] = [await oneMessage({}, exposures(2)), await oneMessage({}, later)];
  const idsIn = (message: { exposures: { id: string }[] }) => message.exposures.map(({ id }) => id);
  expect(one).toMatchObject({ schemaVersion: 1, source: 'understudy', exposures: exposures(2) });
  expect(one.exposures[0].id).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  expect(idsIn(again)).toEqual(idsIn(one));
  expect(new Set(idsIn(one)).size).toBe(2);
});

test('exposures for PostHog are a batch of its own events', async () => {
  expect(await oneMessage({ format: 'posthog', projectKey: 'phc_1' })).toEqual({
    api_key: 'phc_1',
    batch: [
      {
        event: '$feature_flag_called',
        uuid: expect.stringMatching(/^[\da-f-]{36}$/),
        distinct_id: exposures(1)[0]!.user,
        timestamp: '2026-11-30T00:00:00.000Z',
        properties: {
          $feature_flag: 'button',
          $feature_flag_response: 'green',
          $lib: 'understudy',
          service: 'default',
        },
      },
    ],
  });
});

test('exposures for OpenTelemetry are log records of the evaluation event', async () => {
  const { resourceLogs } = await oneMessage({ format: 'otlp' });
  const [record] = resourceLogs[0].scopeLogs[0].logRecords;
  expect(record).toMatchObject({
    eventName: 'feature_flag.evaluation',
    timeUnixNano: `${Date.UTC(2026, 10, 30)}000000`,
  });
  const attributes = record.attributes.map(({ key, value }: { key: string; value: { stringValue: string } }) => [
    key,
    value.stringValue,
  ]);
  expect(Object.fromEntries(attributes)).toEqual({
    'log.record.uid': expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-8/),
    'feature_flag.key': 'button',
    'feature_flag.result.variant': 'green',
    'feature_flag.result.reason': 'split',
    'feature_flag.context.id': exposures(1)[0]!.user,
    'feature_flag.set.id': 'default',
    'feature_flag.provider.name': 'understudy',
  });
});
