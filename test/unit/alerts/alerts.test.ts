/** What becomes of alerts that wait when the webhooks are configured anew. */
import { expect, it } from 'vitest';
import type { Alert } from '../../../src/alerts/alert.ts';
import { Alerts, type AlertsConfig } from '../../../src/alerts/alerts.ts';
import type { Posted } from '../../../src/alerts/post.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const TAKEN: Posted = { ok: true, status: 200 };
const DOWN: Posted = { ok: false, reason: 'fails: ECONNREFUSED', again: true };

type Written = Partial<AlertsConfig['webhooks'][number]>;

const urlOf = (name: string) => `http://${name}.example/`;
const configOf = (...webhooks: readonly (string | (Written & { readonly name: string }))[]): AlertsConfig => ({
  webhooks: webhooks.map((each) => {
    const { name, ...written } = typeof each === 'string' ? { name: each } : each;
    return { url: urlOf(name), format: 'json', headers: {}, ...written };
  }),
  window: 5_000,
  timeout: 1_000,
  shed: 0.01,
});
const breaker = (is: 'open' | 'closed'): Alert => ({ event: 'breaker', service: 'default', target: 'shadow', is });

/** Webhooks that are up take what is posted, the others fail. */
function stage(config: AlertsConfig) {
  const clock = new ManualClock(1_000);
  const logged: object[] = [];
  const log = (fields: object, message: string) => void logged.push({ ...fields, message });
  const up = new Set<string>();
  const taken: { readonly by: string; readonly events: readonly string[] }[] = [];
  let answered = Promise.resolve();
  const alerts = new Alerts({
    ...{ config, host: 'shop-1', clock, log: { warn: log, error: log } },
    every: (period, action) => clock.every(period, action),
    async post({ url }, body) {
      await answered;
      const name = new URL(url).hostname.replace('.example', '');
      if (!up.has(name)) return DOWN;
      const said = JSON.parse(body);
      taken.push({ by: name, events: said.alerts.map((each: { event: string; is: string }) => each.is) });
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
  return { alerts, logged, up, taken, pass, hold };
}

it('what waits, what is being posted in vain and what is being collected goes to the webhook in its place', async () => {
  const { alerts, up, taken, pass, hold } = stage(configOf('one'));
  const { promise, resolve } = Promise.withResolvers<void>();
  hold(promise);
  alerts.tell(breaker('open'));
  await pass(6);
  alerts.tell(breaker('closed'));
  up.add('two');
  alerts.configure(configOf('two'));
  resolve();
  await pass(10);
  expect(taken).toEqual([
    { by: 'two', events: ['open'] },
    { by: 'two', events: ['closed'] },
  ]);
  expect(alerts.counts).toEqual({ sent: 2, failed: 0, dropped: 0 });
});

it('what waits stays with its webhook where that is only elsewhere in the list, and nobody gets what was for another', async () => {
  const { alerts, logged, up, taken, pass } = stage(configOf('one', 'two'));
  alerts.tell(breaker('open'));
  await pass(6);
  up.add('two');
  alerts.configure(configOf('two'));
  await pass(20);
  expect(taken).toEqual([{ by: 'two', events: ['open'] }]);
  expect(alerts.counts).toEqual({ sent: 1, failed: 0, dropped: 1 });
  expect(logged).toMatchObject([{ webhook: 'http://one.example', dropped: 1, reason: 'fails: ECONNREFUSED' }]);
});

it('what waits is posted in the new form, without the events that the webhook no longer wants', async () => {
  const { alerts, up, taken, pass } = stage(configOf('one'));
  alerts.tell(breaker('open'));
  await pass(6);
  alerts.configure(configOf({ name: 'one', events: ['store'] }));
  up.add('one');
  await pass(20);
  expect(taken).toEqual([]);
  expect(alerts.counts).toEqual({ sent: 0, failed: 0, dropped: 0 });
});

it('what waits for a webhook that is no longer in its place is not lost when all ends at once', async () => {
  const { alerts, up } = stage(configOf('one'));
  alerts.tell(breaker('open'));
  up.add('two');
  alerts.configure(configOf('two'));
  await alerts.close();
  expect(alerts.counts).toEqual({ sent: 1, failed: 0, dropped: 0 });
});
