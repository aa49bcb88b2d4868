import { expect, it } from 'vitest';
import type { Alert } from '../../../src/alerts/alert.ts';
import type { Posted, WebhookConfig } from '../../../src/alerts/post.ts';
import { Webhook } from '../../../src/alerts/webhook.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const SECRET = 'T0-secret';
const FAILS: Posted = { ok: false, reason: 'answers 500', again: true };

/** A webhook whose time and receiver are the test's. */
function made(parts: Partial<WebhookConfig> = {}) {
  const clock = new ManualClock(1_000);
  const counts = { sent: 0, failed: 0, dropped: 0 };
  const logged: object[] = [];
  const bodies: string[] = [];
  const receiver = { answers: (): Promise<Posted> => Promise.resolve({ ok: true, status: 200 }) };
  const log = (fields: object, message: string) => void logged.push({ ...fields, message });
  const webhook = new Webhook({
    webhook: { url: `https://hooks.example/${SECRET}`, format: 'json', headers: { authorization: SECRET }, ...parts },
    window: 10_000,
    host: 'shop-1',
    clock,
    post: (_, body) => {
      bodies.push(body);
      return receiver.answers();
    },
    counts,
    log: { warn: log, error: log },
  });
  clock.every(1_000, () => webhook.tick());
  const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
  const pass = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      await settled();
    }
  };
  const messages = () => bodies.map((body) => JSON.parse(body));
  return { webhook, clock, counts, logged, receiver, messages, pass };
}

const breaker = (is: 'open' | 'closed'): Alert => ({ event: 'breaker', service: 'default', target: 'shadow', is });
const found = (id: string): Alert => ({
  ...{ event: 'signature', is: 'new', id, service: 'default', route: 'orders', ending: 'mismatch' },
  ...{ primaryStatus: 200, shadowStatus: 500, places: [{ path: '$.<total>', kind: 'value' }] },
});

it('makes one message of what happens within a window after the first event', async () => {
  const { webhook, messages, pass, counts } = made();
  webhook.tell(found('a'));
  await pass(5);
  webhook.tell(found('b'));
  await pass(4);
  expect(messages()).toEqual([]);
  await pass(1);
  expect(messages()).toMatchObject([
    {
      schemaVersion: 1,
      source: 'understudy',
      host: 'shop-1',
      left: 0,
      alerts: [
        { event: 'signature', is: 'new', id: 'a', route: 'orders', at: 1_000, times: 1 },
        { id: 'b', at: 6_000, text: 'new: mismatch on orders, status 200 → 500: $.<total> (value) [b]' },
      ],
    },
  ]);
  webhook.tell(breaker('open'));
  await pass(10);
  expect(messages()[1].text).toBe(
    'Understudy on shop-1: the breaker of the shadow is open: it fails, and copies are skipped',
  );
  expect(counts).toEqual({ sent: 2, failed: 0, dropped: 0 });
});

it('tells of what comes and goes within a window how it is at its end', async () => {
  const { webhook, messages, pass } = made();
  for (const is of ['open', 'closed', 'open'] as const) webhook.tell(breaker(is));
  await pass(10);
  expect(messages()).toMatchObject([{ alerts: [{ event: 'breaker', is: 'open', times: 3 }] }]);
});

it('counts what finds no room in a message', async () => {
  const { webhook, messages, pass } = made();
  for (let each = 0; each < 60; each++) webhook.tell(found(`s${each}`));
  await pass(10);
  expect(messages()[0].alerts).toHaveLength(50);
  expect(messages()[0]).toMatchObject({ left: 10, text: expect.stringMatching(/\n• and 10 more alerts$/) });
});

it('is told of the events alone that it asks for', async () => {
  const { webhook, messages, pass } = made({ events: ['store', 'verdict'] });
  webhook.tell(breaker('open'));
  webhook.tell({
    event: 'verdict',
    service: 'shop',
    rehearsal: 'd1e0aa31',
    version: '2.4.0',
    was: 'inconclusive',
    is: 'regression',
    reasons: ['orders differ'],
  });
  await pass(10);
  expect(messages()).toMatchObject([
    { text: 'Understudy on shop-1: verdict of shop, version 2.4.0: regression, was inconclusive: orders differ' },
  ]);
});

it('gives Slack a text in which nothing is markup', async () => {
  const { webhook, messages, pass } = made({ format: 'slack' });
  webhook.tell(found('a&b'));
  await pass(10);
  expect(messages()).toEqual([
    { text: 'Understudy on shop-1: new: mismatch on orders, status 200 → 500: $.&lt;total&gt; (value) [a&amp;b]' },
  ]);
});

it('tries again with growing pauses, and tells in the log and the counts what it gave up', async () => {
  const { webhook, receiver, messages, pass, counts, logged } = made();
  receiver.answers = async () => FAILS;
  webhook.tell(breaker('open'));
  const attempts = [];
  for (let second = 1; second <= 45; second++) {
    const before = messages().length;
    await pass(1);
    if (messages().length > before) attempts.push(second);
  }
  expect(attempts).toEqual([10, 11, 13, 17, 25, 41]);
  expect(counts).toEqual({ sent: 0, failed: 1, dropped: 0 });
  expect(logged).toEqual([
    { webhook: 'https://hooks.example', attempts: 6, reason: 'answers 500', message: 'an alert could not be posted' },
  ]);
  expect(JSON.stringify(logged)).not.toContain(SECRET);
  receiver.answers = async () => ({ ok: true, status: 204 });
  webhook.tell(breaker('closed'));
  await pass(11);
  expect(counts).toEqual({ sent: 1, failed: 1, dropped: 0 });
});

it('does not repeat what was refused for good', async () => {
  const { webhook, receiver, messages, pass, counts } = made();
  receiver.answers = async () => ({ ok: false, reason: 'answers 404', again: false });
  webhook.tell(breaker('open'));
  await pass(60);
  expect(messages()).toHaveLength(1);
  expect(counts).toEqual({ sent: 0, failed: 1, dropped: 0 });
});

it('keeps few messages for a receiver that hangs, and counts those it gives up', async () => {
  const { webhook, receiver, messages, pass, counts } = made();
  receiver.answers = () => new Promise(() => {});
  for (let message = 0; message < 20; message++) {
    webhook.tell(breaker(message % 2 === 0 ? 'open' : 'closed'));
    await pass(10);
  }
  expect(messages()).toHaveLength(1);
  expect(counts).toEqual({ sent: 0, failed: 0, dropped: 4 });
});

it('sends at its end what there is, once', async () => {
  const { webhook, messages, counts } = made();
  webhook.tell(breaker('open'));
  await webhook.close();
  expect(messages()).toHaveLength(1);
  expect(counts).toEqual({ sent: 1, failed: 0, dropped: 0 });
});
