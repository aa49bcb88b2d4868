/** How exposures reach a webhook. */
import { expect, it, test } from 'vitest';
import type { ExposureConfig } from '../../../src/alerts/exposure-format.ts';
import { ExposureWebhook } from '../../../src/alerts/exposure-webhook.ts';
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
  return { webhook, counts, logged, receiver, bodies, pass, messages: () => bodies.map((body) => JSON.parse(body)) };
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

it('gives a batch up after a quarter of an hour, or at once where it is refused, says so, and goes on', async () => {
  const { webhook, receiver, counts, logged, bodies, pass } = made();
  receiver.answers = () => DOWN;
  webhook.tell(exposures(3));
  await pass(1_200);
  expect(bodies.length).toBe(20);
  receiver.answers = () => REFUSED;
  webhook.tell(exposures(4));
  await pass(10);
  expect(counts).toEqual({ sent: 0, failed: 7, dropped: 0 });
  expect(logged).toMatchObject([
    { attempts: 20, exposures: 3, reason: 'fails: ECONNREFUSED' },
    { attempts: 1, exposures: 4, reason: 'answers 400' },
  ]);
  receiver.answers = () => TAKEN;
  webhook.tell(exposures(1));
  await pass(10);
  expect(counts.sent).toBe(1);
  expect(JSON.stringify(logged)).not.toContain(SECRET);
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

it('tries once to send what waits when it ends, and counts what is lost', async () => {
  const ready = made();
  ready.webhook.tell(exposures(700));
  await ready.webhook.close();
  expect(ready.counts).toEqual({ sent: 700, failed: 0, dropped: 0 });
  const down = made();
  down.receiver.answers = () => DOWN;
  down.webhook.tell(exposures(700));
  await down.webhook.close();
  expect(down.counts).toEqual({ sent: 0, failed: 500, dropped: 200 });
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
    'feature_flag.key': 'button',
    'feature_flag.result.variant': 'green',
    'feature_flag.result.reason': 'split',
    'feature_flag.context.id': exposures(1)[0]!.user,
    'feature_flag.set.id': 'default',
    'feature_flag.provider.name': 'understudy',
  });
});
